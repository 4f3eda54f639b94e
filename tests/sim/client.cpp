#include "tests/sim/client.hpp"

#include "protocol/core/topic.hpp"
#include "tests/sim/world.hpp"

#include <algorithm>
#include <utility>

namespace weir::tests::sim {

using protocol::Delivery;
using protocol::Position;

SimClient::SimClient(World& world, std::size_t index, std::uint64_t seed)
    : world_(&world), index_(index), random_(seed), publications_(world.scenario(), random_) {
}

Link SimClient::random_link() {
  Link link;
  if (world_->scenario().has_slow_links && random_.once_in(2)) {
    link.bytes_per_s = (random_.once_in(3) ? 8 : 1) * (2000 + random_.below(60'000));
    if (world_->scenario().has_flood) link.bytes_per_s = 50'000 + random_.below(300'000);
    link.buffer_bytes = 1024 + random_.below(8192);
  }
  return link;
}

void SimClient::connect() {
  connection_ = std::make_unique<Connection>(
      *world_,
      *this,
      static_cast<gateway::ShardIndex>(random_.below(world_->scenario().shards)),
      random_link());
  names_.clear();
  pending_.clear();
  handled_bytes_ = 0;
  is_ack_planned_ = false;
  is_silent_ = !is_calm_ && world_->scenario().has_silent_clients && random_.once_in(3);
  protocol::ConnectCommand connect;
  connect.id = next_id_++;
  connect.heartbeat_ms = 1000;
  if (!is_calm_) connect.wishes = random_wishes();
  send(std::move(connect));
  for (const auto& [filter, options] : wanted_) subscribe(filter, true);
}

void SimClient::drop_connection() {
  connection_.reset();
}

std::set<std::string> SimClient::filters() const {
  std::set<std::string> filters;
  for (const auto& [filter, options] : wanted_) filters.insert(filter);
  return filters;
}

void SimClient::send(protocol::Command command) {
  connection_->send(std::move(command));
}

protocol::SessionWishes SimClient::random_wishes() {
  const auto& scenario = world_->scenario();
  protocol::SessionWishes wishes;
  if (scenario.has_limits && random_.once_in(2))
    wishes.bytes_per_s = random_.once_in(4) ? 0 : 1000 + random_.below(50'000);
  if (scenario.has_limits && random_.once_in(2)) {
    wishes.messages_per_s = random_.once_in(4) ? 0 : 2 + static_cast<double>(random_.below(200));
  }
  if (scenario.has_windows && random_.once_in(2))
    wishes.window_bytes = random_.once_in(4) ? 0 : 200 + random_.below(8000);
  if (scenario.has_max_delay && random_.once_in(3))
    wishes.max_delay_ms = static_cast<std::int64_t>(random_.below(100));
  return wishes;
}

protocol::SubscribeOptions SimClient::random_options() {
  const auto& scenario = world_->scenario();
  protocol::SubscribeOptions options;
  if (random_.once_in(3)) options.delivery = random_.once_in(2) ? Delivery::all : Delivery::latest;
  if (scenario.has_rates && random_.once_in(2) && options.delivery != Delivery::all) {
    options.max_rate = 0.5 + static_cast<double>(random_.below(20));
  }
  if (random_.once_in(4)) options.snapshot = random_.once_in(2);
  if (random_.once_in(5)) options.history = static_cast<std::uint32_t>(1 + random_.below(10));
  if (scenario.has_close_policy && random_.once_in(4))
    options.on_overflow = protocol::OverflowPolicy::close;
  if (scenario.has_fields && random_.once_in(3) && options.delivery != Delivery::all) {
    for (std::uint64_t i = 0; i < field_names; ++i) {
      if (random_.once_in(4)) options.fields.push_back(field_name(i));
    }
  }
  if (scenario.has_patches && random_.once_in(2) && options.delivery != Delivery::all) {
    options.delta = protocol::Delta::patch;
  }
  if (scenario.has_priorities && random_.once_in(2)) {
    options.priority = static_cast<std::int32_t>(random_.below(3)) - 1;
  }
  options.wants_time = random_.once_in(4);
  options.wants_counts = random_.once_in(3);
  return options;
}

protocol::Positions SimClient::positions_for(const std::string& filter) const {
  protocol::Positions positions;
  const auto& options = wanted_.at(filter);
  for (const auto& [topic, held] : held_) {
    if (!protocol::matches(filter, topic)) continue;
    // Changes mend a state only where it has all the fields.
    const bool wants_all = options.fields.empty() || options.delivery == Delivery::all;
    const bool is_mendable =
        held.fields.empty() || (!wants_all && std::ranges::all_of(options.fields, [&](auto& one) {
          return std::ranges::find(held.fields, one) != held.fields.end();
        }));
    const bool needs_state = held.has_parts || options.delta == protocol::Delta::patch;
    if (is_mendable && (held.has_state || !needs_state)) positions[topic] = held.position;
  }
  return positions;
}

void SimClient::subscribe(const std::string& filter, bool resumes) {
  protocol::SubscribeCommand command;
  command.filter = filter;
  command.options = wanted_[filter];
  if (resumes && !random_.once_in(8)) {
    command.from = positions_for(filter);
    if (random_.once_in(3) && !command.from->empty()) {
      send(protocol::PositionsCommand{next_id_++, std::move(*command.from)});
      command.from.reset();
    }
  }
  command.id = next_id_++;
  pending_[command.id] = filter;
  send(std::move(command));
}

bool SimClient::is_pending(const std::string& filter) const {
  return std::ranges::any_of(pending_, [&](const auto& one) { return one.second == filter; });
}

void SimClient::keep_alive() {
  if (connection_ == nullptr) return connect();
  if (!connection_->is_closing()) send(protocol::PingCommand{next_id_++});
}

void SimClient::act() {
  const auto& scenario = world_->scenario();
  if (connection_ == nullptr) return connect();
  if (connection_->is_closing() || is_silent_) return;
  const auto& filter = world_->random_filter(random_);
  switch (random_.below(14)) {
    case 0:
    case 1:
    case 2:
      if (is_pending(filter)) break;
      wanted_[filter] = random_options();
      subscribe(filter, random_.once_in(4));
      break;
    case 3:
      if (wanted_.erase(filter) > 0) send(protocol::UnsubscribeCommand{next_id_++, filter});
      break;
    case 4:
      change_limits();
      break;
    case 5:
      if (scenario.has_client_publishes) publish();
      break;
    case 6:
      if (scenario.has_stalls) {
        connection_->stall_until(
            world_->now() + gateway::milliseconds(static_cast<std::int64_t>(random_.below(1500))));
      }
      break;
    case 7:
      if (scenario.has_reconnects && random_.once_in(2)) return drop_connection();
      break;
    default:
      send(protocol::PingCommand{next_id_++});
      break;
  }
}

void SimClient::change_limits() {
  protocol::LimitCommand limit;
  limit.id = next_id_++;
  if (random_.once_in(2) && !wanted_.empty()) {
    auto place = wanted_.begin();
    std::advance(place, random_.below(wanted_.size()));
    if (place->second.delivery == Delivery::all) return;
    limit.filter = place->first;
    limit.max_rate = world_->scenario().has_rates ? static_cast<double>(random_.below(30)) : 0;
    place->second.max_rate = *limit.max_rate;
  } else {
    limit.wishes = random_wishes();
  }
  send(std::move(limit));
}

void SimClient::publish() {
  protocol::PublishCommand command;
  if (!random_.once_in(4)) command.id = next_id_++;
  command.publication = random_publication();
  if (random_.once_in(2))
    command.publication.mid = std::to_string(++published_) + "-" + std::to_string(index_);
  send(std::move(command));
}

protocol::Publication SimClient::random_publication() {
  const auto& scenario = world_->scenario();
  auto kind = protocol::Kind::value;
  std::string topic = "c/" + random_.text(1, "ab");
  if (scenario.has_parts && random_.once_in(2)) {
    const bool is_table = random_.once_in(2);
    kind = is_table ? protocol::Kind::table : protocol::Kind::record;
    topic = is_table ? "c/t" : "c/r";
  }
  const bool is_misfit = scenario.has_misfits && random_.once_in(8);
  auto publication = is_misfit ? publications_.misfit(kind) : publications_.next(kind, false);
  // What an adapter may say, and a client may not.
  publication.kind.reset();
  if (publication.operation == protocol::Operation::gap) {
    publication.operation = protocol::Operation::remove;
  }
  publication.topic = std::move(topic);
  return publication;
}

void SimClient::on_topic(const protocol::TopicEvent& event) {
  const bool has_parts = protocol::has_parts(event.kind);
  names_[event.number] = {event.topic, event.epoch, has_parts};
  const protocol::Position position{event.epoch, event.offset};
  if (!has_parts) {
    auto& held = held_[event.topic];
    const bool goes_on = held.has_state && held.position == position;
    held = {position, {}, false, goes_on};
  } else if (const auto known = held_.find(event.topic);
             known != held_.end() && !(known->second.position == position)) {
    held_.erase(known);  // a position without its state is of no use
  }
}

void SimClient::on_delivery(const protocol::native::ReceivedDelivery& delivery,
                            const Arrival& arrival) {
  const auto& name = names_.at(delivery.number);
  const bool replaces_in_parts = delivery.has_more && delivery.data;
  if (replaces_in_parts) held_.erase(name.topic);
  if (!delivery.has_more) {
    held_[name.topic] = {
        {name.epoch, delivery.offset}, arrival.fields.value_or(Fields{}), name.has_parts, true};
  }
  handled_bytes_ += arrival.payload_bytes;
  if (is_ack_planned_) return;
  is_ack_planned_ = true;
  const auto wait = gateway::milliseconds(static_cast<std::int64_t>(random_.below(30)));
  world_->plan_for(*this, connection_->serial(), world_->now() + wait, [this] { ack(); });
}

void SimClient::on_message(const Arrival& arrival) {
  const auto& message = arrival.message;
  if (const auto* reply = std::get_if<protocol::native::AcceptedReply>(&message)) {
    pending_.erase(reply->re);
  } else if (const auto* topic = std::get_if<protocol::TopicEvent>(&message)) {
    on_topic(*topic);
  } else if (const auto* delivery = std::get_if<protocol::native::ReceivedDelivery>(&message)) {
    on_delivery(*delivery, arrival);
  } else if (const auto* gap = std::get_if<protocol::GapEvent>(&message)) {
    const auto& name = names_.at(gap->number);
    if (name.has_parts) {
      held_.erase(name.topic);
    } else {
      held_[name.topic].position.offset = gap->to;
      held_[name.topic].has_state = false;
    }
  }
}

void SimClient::ack() {
  is_ack_planned_ = false;
  if (!is_silent_ && !connection_->is_closing()) send(protocol::AckCommand{handled_bytes_});
}

void SimClient::calm_down() {
  is_calm_ = true;
  // What a limit or a silence has begun could take for ever; a new connection begins without.
  if (is_silent_ || random_.once_in(3)) drop_connection();
  if (connection_ == nullptr) return;
  connection_->stall_until(world_->now());
  connection_->speed_up();
  if (!connection_->is_closing()) connection_->restrict({0, 0, 0});
  protocol::LimitCommand limit;
  limit.id = next_id_++;
  limit.wishes.bytes_per_s = random_.once_in(2) ? 0 : 100'000;
  limit.wishes.messages_per_s = 0;
  if (!connection_->is_closing()) send(std::move(limit));
}

}  // namespace weir::tests::sim
