#include "tests/sim/connection_oracle.hpp"

#include "gateway/flow/scheduler.hpp"
#include "gateway/session/subscription.hpp"
#include "protocol/core/topic.hpp"
#include "tests/sim/publications.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace weir::tests::sim {

using gateway::TimePoint;
using protocol::Delivery;
using protocol::RequestId;
using protocol::SubscribeCommand;

namespace {

constexpr std::size_t explanation_bytes_max = 1024;

std::optional<RequestId> id_of(const protocol::Command& command) {
  return std::visit(
      [](const auto& one) -> std::optional<RequestId> {
        if constexpr (requires { one.id; }) {
          return one.id;
        } else {
          return std::nullopt;
        }
      },
      command);
}

/// Whether this entry is what the publish came to, or the last of it.
bool is_as_published(const protocol::Entry& entry,
                     const protocol::Publication& publication,
                     protocol::Kind kind) {
  if (!fits(publication, kind)) return false;
  if (!has_parts(kind)) return entry.payload == publication.payload;
  return publication.operation == protocol::Operation::replace ||
         (entry.operation == publication.operation && entry.key == publication.key &&
          entry.fields == publication.fields);
}

}  // namespace

void ConnectionOracle::on_command(const protocol::Command& command, TimePoint now) {
  if (const auto* ack = std::get_if<protocol::AckCommand>(&command))
    limits_.on_acknowledged(ack->bytes);
  const auto id = id_of(command);
  if (!id) return;
  if (const auto* connect = std::get_if<protocol::ConnectCommand>(&command)) {
    limits_.on_wishes(connect->wishes);
  } else if (const auto* limit = std::get_if<protocol::LimitCommand>(&command)) {
    if (limit->filter.empty()) limits_.on_wishes(limit->wishes);
  }
  Request request{command, now, {}, limits_.due()};
  if (auto* subscribe = std::get_if<SubscribeCommand>(&request.command)) {
    request.heads = present_heads(subscribe->filter);
    if (subscribe->from) {
      for (const auto& [topic, position] : *subscribe->from) positions_[topic] = position;
    }
    if (subscribe->from || !positions_.empty()) subscribe->from = std::exchange(positions_, {});
  }
  if (const auto* positions = std::get_if<protocol::PositionsCommand>(&command)) {
    for (const auto& [topic, position] : positions->from) positions_[topic] = position;
  }
  if (std::holds_alternative<protocol::PingCommand>(command)) pings_.push_back(*id);
  requests_.emplace(*id, std::move(request));
}

std::map<std::string, ConnectionOracle::Head> ConnectionOracle::present_heads(
    const std::string& filter) const {
  std::map<std::string, Head> heads;
  for (const auto& [name, topic] : truth_->topics()) {
    if (topic.lives.empty() || !protocol::matches(filter, name) || !is_readable(name)) continue;
    const auto head = topic.life().head_before(known_until_(name));
    if (head > 0) heads[name] = {topic.life().epoch(), head};
  }
  hub_->visit_topics(filter, [&](const gateway::topics::Topic& topic) {
    if (!is_readable(topic.name())) return;
    heads[topic.name()] = {topic.log().epoch(), topic.log().head().offset};
  });
  return heads;
}

void ConnectionOracle::begin_pull(std::size_t budget_bytes, TimePoint /*now*/) {
  budget_ = budget_bytes;
  pulled_bytes_ = 0;
  pulled_frames_ = 0;
  has_delivered_ = false;
  pings_at_begin_ = pings_.size();
  for (auto& [name, cell] : cells_) cell.was_behind = cell.may_be_due = false;
  hub_->visit_topics("#", [&](const gateway::topics::Topic& topic) {
    const auto found = cells_.find(topic.name());
    if (found == cells_.end()) return;
    auto& cell = found->second;
    cell.may_be_due = cell.may_have_news(topic);
    cell.was_behind = may_go_at_once(cell, topic) && cell.is_behind(topic);
    if (!cell.was_behind) cell.sent_by_others.clear();
  });
}

void ConnectionOracle::on_message(const Message& message, Weight weight, TimePoint now) {
  sent_at_ = now;
  idle_at_ = 0;
  pulled_bytes_ += weight.frame_bytes;
  if (pulled_frames_++ == 0) first_bytes_ = weight.frame_bytes;
  if (const auto* delivery = std::get_if<protocol::native::ReceivedDelivery>(&message)) {
    return on_delivery(*delivery, weight, now);
  }
  limits_.on_control(weight.frame_bytes, now);
  if (const auto* reply = std::get_if<protocol::native::AcceptedReply>(&message)) {
    on_reply(*reply, now);
  } else if (const auto* refusal = std::get_if<protocol::native::RefusedReply>(&message)) {
    on_refusal(*refusal);
  } else if (const auto* topic = std::get_if<protocol::TopicEvent>(&message)) {
    on_topic(*topic);
    watch_priorities(cell_of(topic->number), weight.frame_bytes);
  } else if (const auto* ready = std::get_if<protocol::ReadyEvent>(&message)) {
    on_ready(*ready);
  } else if (const auto* gap = std::get_if<protocol::GapEvent>(&message)) {
    auto& cell = cell_of(gap->number);
    cell.on_gap(*gap);
    note_reached(cell);
    had_turn(cell);
    watch_priorities(cell, weight.frame_bytes);
  } else if (const auto* stale = std::get_if<protocol::StaleEvent>(&message)) {
    auto& cell = cell_of(stale->number);
    cell.on_stale(stale->is_stale);
    watch_priorities(cell, weight.frame_bytes);
  } else if (const auto* limits = std::get_if<protocol::LimitsEvent>(&message)) {
    limits_.on_event(limits->limits, now);
  } else {
    const bool is_known = std::holds_alternative<protocol::HeartbeatEvent>(message) ||
                          std::holds_alternative<protocol::native::ReceivedGoodbye>(message);
    require(is_known, Promise::content, "a message that nobody expects");
  }
}

void ConnectionOracle::end_pull() {
  // Deliveries keep to it exactly; what introduces or explains one may go a little beyond. A frame
  // that is larger goes first.
  require(pulled_bytes_ <= std::max(budget_, first_bytes_) + explanation_bytes_max,
          Promise::memory,
          fmt::format("{} bytes pulled, {} were asked for", pulled_bytes_, budget_));
  require(!has_delivered_ || pings_.empty(), Promise::control, "a reply waited for deliveries");
}

ConnectionOracle::Request ConnectionOracle::take_request(RequestId id) {
  const auto found = requests_.find(id);
  require(found != requests_.end(),
          Promise::reply,
          fmt::format("a second reply to {}, or one to nothing", id));
  auto request = std::move(found->second);
  requests_.erase(found);
  std::erase(pings_, id);
  return request;
}

void ConnectionOracle::on_reply(const protocol::native::AcceptedReply& reply, TimePoint now) {
  const auto request = take_request(reply.re);
  if (const auto* subscribe = std::get_if<SubscribeCommand>(&request.command)) {
    check_rate(*subscribe, reply.max_rate);
    subscribed(*subscribe, request, now);
  } else if (const auto* unsubscribe =
                 std::get_if<protocol::UnsubscribeCommand>(&request.command)) {
    unsubscribed(unsubscribe->filter);
  } else if (const auto* limit = std::get_if<protocol::LimitCommand>(&request.command)) {
    if (!limit->filter.empty()) limited(*limit);
  } else if (const auto* publish = std::get_if<protocol::PublishCommand>(&request.command)) {
    const auto* topic = truth_->find(publish->publication.topic);
    require(topic != nullptr && reply.position,
            Promise::reply,
            "a publish is confirmed without a place");
    const auto* life = topic->find(reply.position->epoch);
    const auto* entry = life == nullptr ? nullptr : life->find(reply.position->offset);
    require(entry != nullptr && is_as_published(*entry, publish->publication, topic->kind),
            Promise::reply,
            "a publish is confirmed that is not in the log");
  }
  if (reply.heartbeat_ms) heartbeat_ = gateway::milliseconds(*reply.heartbeat_ms);
  if (reply.limits) limits_.on_reply(*reply.limits, request.limits, now);
}

void ConnectionOracle::on_refusal(const protocol::native::RefusedReply& reply) {
  const auto request = take_request(reply.re);
  const auto* publish = std::get_if<protocol::PublishCommand>(&request.command);
  const auto code = reply.error.code;
  bool may_be = publish != nullptr && code == protocol::ErrorCode::rate;
  if (publish != nullptr && code == protocol::ErrorCode::wrong_kind) {
    const auto* topic = truth_->find(publish->publication.topic);
    may_be = topic == nullptr || !fits(publish->publication, topic->kind);
  }
  require(may_be, Promise::reply, "refused: " + std::string(reply.error.message()));
}

void ConnectionOracle::subscribed(const SubscribeCommand& command,
                                  const Request& request,
                                  TimePoint now) {
  auto& sub = subs_[command.filter];
  // Perhaps it was never more than a request.
  sub.is_certain = !is_ending(command.filter);
  sub.options = command.options;
  if (command.from) sub.from = command.from;
  sub.heads = request.heads;
  ++sub.readies_due;
  sub.is_ready = false;
  for (const auto& [name, topic] : truth_->topics()) {
    if (topic.lives.empty() || cells_.contains(name) || !is_readable(name)) continue;
    if (!protocol::matches(command.filter, name)) continue;
    auto rule = start_rule(topic, command.options, command.from);
    rule.is_exact = hub_->options().shards == 1 && request.at == now;
    // As this one alone wants it at first; what the others want is added below.
    cells_.emplace(name, CellOracle(topic, std::move(rule), demand_of(command.options, topic)));
  }
  refresh_cells(sub.is_certain);
  for (const auto& [name, cell] : cells_) note_reached(cell);
}

bool ConnectionOracle::is_ending(const std::string& filter) const {
  return std::ranges::any_of(requests_, [&](const auto& request) {
    const auto* end = std::get_if<protocol::UnsubscribeCommand>(&request.second.command);
    return end != nullptr && end->filter == filter;
  });
}

void ConnectionOracle::note_reached(const CellOracle& cell) {
  for (auto& [filter, sub] : subs_) {
    const auto head = sub.heads.find(cell.topic().name);
    if (head == sub.heads.end()) continue;
    if (cell.has_reached(head->second.epoch, head->second.offset)) sub.heads.erase(head);
  }
}

void ConnectionOracle::limited(const protocol::LimitCommand& limit) {
  const auto max_rate = limit.max_rate.value_or(0);
  if (const auto sub = subs_.find(limit.filter); sub != subs_.end())
    sub->second.options.max_rate = max_rate;
  // One that still waits for other shards will begin with it.
  for (auto& [id, request] : requests_) {
    auto* subscribe = std::get_if<SubscribeCommand>(&request.command);
    if (subscribe != nullptr && subscribe->filter == limit.filter && id < limit.id) {
      subscribe->options.max_rate = max_rate;
    }
  }
  refresh_cells(true);
}

void ConnectionOracle::unsubscribed(const std::string& filter) {
  const auto ended = subs_.find(filter);
  const bool is_certain = ended == subs_.end() || ended->second.is_certain;
  if (ended != subs_.end()) subs_.erase(ended);
  std::erase_if(cells_, [&](const auto& cell) { return !demand_for(cell.second.topic()); });
  refresh_cells(is_certain);
}

void ConnectionOracle::refresh_cells(bool is_certain) {
  for (auto& [name, cell] : cells_) {
    if (const auto demand = demand_for(cell.topic())) cell.set_demand(*demand, is_certain);
  }
}

const Fields* ConnectionOracle::fields_of(protocol::TopicNumber number) const {
  const auto known = numbers_.find(number);
  if (known == numbers_.end()) return nullptr;
  const auto found = cells_.find(known->second.first);
  if (found == cells_.end() || !has_parts(found->second.topic().kind)) return nullptr;
  return &found->second.demand().fields;
}

void ConnectionOracle::on_topic(const protocol::TopicEvent& event) {
  const auto [known, is_new] = numbers_.try_emplace(event.number, event.topic, event.epoch);
  require(is_new || known->second == std::pair(event.topic, event.epoch),
          Promise::content,
          "a topic's number is used again");
  const auto* topic = truth_->find(event.topic);
  require(
      topic != nullptr && is_readable(event.topic), Promise::content, "introduced: " + event.topic);
  const auto demand = demand_for(*topic);
  require(demand.has_value(),
          Promise::unsubscribed,
          "introduced without a subscription: " + event.topic);
  const auto found = cells_.find(event.topic);
  auto& cell = found == cells_.end() ? bear(*topic, *demand) : found->second;
  cell.on_topic(event);
  had_turn(cell);
  note_reached(cell);
}

void ConnectionOracle::watch_births(const ShardState& state) {
  if (births_seen_ == state.topics) return;
  births_seen_ = state.topics;
  hub_->visit_topics("#", [&](const gateway::topics::Topic& topic) {
    if (cells_.contains(topic.name()) || !is_readable(topic.name())) return;
    const auto* truth = truth_->find(topic.name());
    if (const auto demand = demand_for(*truth)) bear(*truth, *demand);
  });
}

CellOracle& ConnectionOracle::cell_of(protocol::TopicNumber number) {
  const auto known = numbers_.find(number);
  require(known != numbers_.end(), Promise::content, "a number that was not introduced");
  const auto found = cells_.find(known->second.first);
  require(found != cells_.end(),
          Promise::unsubscribed,
          "after the end of the subscription: " + known->second.first);
  return found->second;
}

void ConnectionOracle::on_ready(const protocol::ReadyEvent& event) {
  const auto found = subs_.find(event.filter);
  require(found != subs_.end(), Promise::ready, "ready without a subscription: " + event.filter);
  auto& sub = found->second;
  require(sub.readies_due > 0, Promise::ready, "ready again: " + event.filter);
  --sub.readies_due;
  sub.is_ready = true;
  for (const auto& [name, head] : sub.heads) {
    require(false,
            Promise::ready,
            fmt::format("{} is ready, {} is not at {}", event.filter, name, head.offset));
  }
}

void ConnectionOracle::on_delivery(const protocol::native::ReceivedDelivery& delivery,
                                   Weight weight,
                                   TimePoint now) {
  limits_.on_delivery(weight.frame_bytes, weight.payload_bytes, now);
  has_delivered_ = true;
  require(pulled_bytes_ <= budget_ || pulled_frames_ == 1,
          Promise::memory,
          fmt::format("a delivery makes {} bytes, {} were asked for", pulled_bytes_, budget_));
  auto& cell = cell_of(delivery.number);
  cell.on_delivery(delivery, now);
  note_reached(cell);
  watch_turns(cell, weight.frame_bytes);
  watch_priorities(cell, weight.frame_bytes);
}

void ConnectionOracle::had_turn(CellOracle& cell) {
  cell.sent_by_others.clear();
  hub_->visit_topics(cell.topic().name, [&cell](const gateway::topics::Topic& topic) {
    const bool is_behind = cell.is_behind(topic);
    cell.was_behind = cell.was_behind && is_behind;
    cell.may_be_due = cell.may_be_due && is_behind;
  });
}

void ConnectionOracle::watch_turns(const CellOracle& served, std::size_t frame_bytes) {
  largest_delivery_ = std::max(largest_delivery_, frame_bytes);
  for (auto& [name, cell] : cells_) {
    if (&cell == &served) {
      had_turn(cell);
    } else if (cell.was_behind && cell.demand().priority == served.demand().priority) {
      auto& sent = cell.sent_by_others[served.topic().name];
      sent += frame_bytes;
      // A delivery that was too long costs its cell rounds, in which others have their quanta.
      require(sent <= 2 * (gateway::flow::quantum_bytes + largest_delivery_),
              Promise::starvation,
              fmt::format("{} waits while {} sends {} bytes", name, served.topic().name, sent));
    }
  }
}

void ConnectionOracle::watch_priorities(const CellOracle& served, std::size_t frame_bytes) {
  const auto priority = served.demand().priority;
  std::string_view lower;  // one that waits
  bool is_guest = false;   // one that goes before perhaps
  for (const auto& [name, cell] : cells_) {
    if (cell.was_behind && cell.demand().priority < priority) lower = name;
    is_guest = is_guest || (cell.may_be_due && cell.demand().priority > priority);
  }
  constexpr std::int64_t ahead = 8;  // bytes for each of theirs
  constexpr std::int64_t quantum = gateway::flow::quantum_bytes;
  const auto bytes = static_cast<std::int64_t>(frame_bytes);
  const auto turn = quantum + static_cast<std::int64_t>(largest_delivery_);
  // Their last turn may have begun when hardly a byte was owed to them; more than one is never had
  // in advance. Where it is not certain that a higher one waits, what is served counts as theirs.
  if (is_guest) {
    passed_bytes_ = std::max(passed_bytes_ - ahead * bytes, -ahead * turn);
  } else {
    passed_bytes_ =
        lower.empty() ? std::min<std::int64_t>(passed_bytes_, 0) : passed_bytes_ + bytes;
  }
  // They are let in when a quantum is owed to them, after the turn in which that is reached.
  require(passed_bytes_ <= ahead * quantum + turn,
          Promise::starvation,
          fmt::format("{} bytes go past {}", passed_bytes_, lower));
}

}  // namespace weir::tests::sim
