#include "gateway/session/session.hpp"

#include "gateway/session/hub.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>
#include <utility>

namespace weir::gateway::session {

using protocol::CloseReason;
using protocol::Error;
using protocol::ErrorCode;
using protocol::fail;
using protocol::Result;

namespace {

constexpr std::size_t bad_messages_max = 10;
constexpr Duration bad_messages_time = std::chrono::seconds(60);

constexpr const char* rate_of_all = "max_rate: shapes latest only, not delivery all";

Error error(ErrorCode code, std::string detail) {
  return {code, std::move(detail)};
}

/// Adds positions; the newer of two for one topic counts.
void overlay(protocol::Positions& positions, protocol::Positions newer) {
  newer.merge(positions);
  positions = std::move(newer);
}

Error no_subscription(const std::string& filter) {
  return error(ErrorCode::bad_request, "filter: there is no subscription to " + filter);
}

}  // namespace

Session::Session(Hub& hub, ConnectionPort& port, const Options& options, Now now)
    : hub_(hub),
      port_(port),
      codec_(options.codec),
      framing_(options.framing),
      replies_(options.replies),
      listener_(options.ceilings),
      bearer_(options.authenticator, options.places),
      id_(hub.add(*this)),
      address_(options.address),
      heartbeat_(milliseconds(hub.options().limits.heartbeat_ms), id_, now.steady),
      deliverer_({hub.frames(),
                  hub.states(),
                  hub.replays(),
                  hub.counters(),
                  options.codec,
                  id_,
                  options.is_compressed,
                  options.framing},
                 configured_ceilings()),
      subscriptions_({bearer_,
                      deliverer_,
                      hub.counters(),
                      hub.field_sets(),
                      *this,
                      id_,
                      hub.options().limits.cells}),
      publish_rate_(static_cast<double>(hub.options().limits.publishes_per_s),
                    static_cast<double>(hub.options().limits.publishes_burst),
                    now.steady) {
  if (options.certificate != nullptr) begin_as(bearer_.show_certificate(*options.certificate));
  if (!options.token.empty()) begin_as(bearer_.show(options.token, now.unix_ms));
  deliverer_.limits().configure(configured_ceilings(), now.steady);
  deadline_ = heartbeat_.deadline();
}

Session::~Session() {
  std::vector<Subscription*> all;
  subscriptions_.visit([&](Subscription& subscription) { all.push_back(&subscription); });
  for (auto* subscription : all) remove(*subscription);
  hub_.remove(*this);
}

void Session::on_message(protocol::MessageType type, std::string_view message, Now /*now*/) {
  if (is_closing_) return;
  if (type != codec_.message_type()) {
    return close(CloseReason::unsupported_data, std::nullopt);
  }
  auto command = codec_.decode(message);
  if (!command) {
    on_bad_message(command.error());
  } else if (admit(*command)) {
    std::visit([this](auto& one) { handle(one); }, *command);
    has_spoken_ = true;
  }
  tell_ready();
  reschedule();
}

void Session::on_pong(Duration round_trip, Now /*now*/) {
  heartbeat_.on_round_trip(round_trip);
  hub_.counters().round_trip.observe(round_trip, 1);
}

bool Session::wants_input() const {
  return control_.bytes <= hub_.options().limits.unsent_reply_bytes;
}

void Session::pull(std::size_t budget_bytes, WriteBatch& out, Now now) {
  if (refusal_) end_refused(*std::exchange(refusal_, std::nullopt));
  const auto before = out.bytes;
  std::size_t taken = 0;
  while (taken < control_.blocks.size()) {
    const auto bytes = control_.blocks[taken].size();
    if (out.bytes != before && out.bytes + bytes > budget_bytes) break;
    control_.bytes -= bytes;
    deliverer_.limits().on_control(bytes, now.steady);
    out.add(std::move(control_.blocks[taken++]));
  }
  control_.blocks.erase(control_.blocks.begin(),
                        control_.blocks.begin() + static_cast<std::ptrdiff_t>(taken));
  if (control_.blocks.empty() && !is_closing_) {
    current_write_ = &out;
    deliverer_.pull(budget_bytes, out, now.steady, [this](const topics::Cell& cell) {
      subscriptions_.on_served(cell);
      tell_ready();
    });
    current_write_ = nullptr;
    if (deliverer_.has_overflowed()) close(CloseReason::slow_consumer, retry_ms);
  }
  if (out.bytes != before) heartbeat_.on_sent(now.steady);
  reschedule();
}

void Session::on_deadline(Now now) {
  if (is_closing_) return;
  if (heartbeat_.is_dead(now.steady)) return close(CloseReason::no_heartbeat, retry_ms);
  if (bearer_.is_expired(now.unix_ms)) return close(CloseReason::token_expired, retry_ms);
  const bool is_owed = heartbeat_.is_owed(now.steady);
  if (is_owed) {
    heartbeat_.on_sent(now.steady);
    tell(protocol::HeartbeatEvent{now.unix_ms});
  }
  // With a heartbeat, so that an idle client costs one write for both.
  if (is_owed || heartbeat_.is_to_ask(now.steady)) {
    heartbeat_.on_asked(now.steady);
    port_.request_ping();
  }
  deliverer_.open_gates(now.steady);
  reschedule();
}

void Session::on_closed(CloseReason /*reason*/, Now /*now*/) {
  is_closing_ = true;
}

void Session::on_due(topics::Cell& cell) {
  const auto now = hub_.now().steady;
  deliverer_.add(cell, now);
  if (deliverer_.wants_pull(now)) {
    port_.request_flush();
  } else {
    reschedule();
  }
}

void Session::on_established(Subscription& subscription, protocol::RequestId id) {
  take_pending(subscription, id);
  std::vector<topics::Topic*> matching;
  hub_.visit_topics(subscription.filter, [&](topics::Topic& topic) { matching.push_back(&topic); });
  const auto made = subscriptions_.establish(subscription, matching, hub_.now().steady);
  if (!made) {
    reply(id, made.error());
    for (const auto other : remove(subscription)) reply(other, made.error());
    return;
  }
  // Queued before `ready` and every delivery, because those come from pulls.
  reply(id, protocol::SubscribedReply{effective_rate(subscription)});
  tell_ready();
  reschedule();
}

void Session::on_born(Subscription& subscription, topics::Topic& topic) {
  if (is_closing_) return;
  if (!subscriptions_.on_born(subscription, topic, hub_.now().steady)) {
    return close(CloseReason::too_many_cells, std::nullopt);
  }
  reschedule();
}

void Session::on_published(protocol::RequestId id, Result<protocol::Position> result) {
  if (!result) return reply(id, result.error());
  const bool has_position = !result->epoch.empty();
  reply(id,
        protocol::PublishedReply{has_position ? std::optional(std::move(*result)) : std::nullopt});
}

void Session::close(CloseReason reason, std::optional<std::int64_t> comes_back_ms) {
  if (is_closing_) return;
  tell(protocol::GoodbyeEvent{reason, comes_back_ms});
  is_closing_ = true;
  deadline_.reset();
  port_.request_close(reason);
}

void Session::handle(protocol::SubscribeCommand& command) {
  if (const auto valid = check(command); !valid) return reply(command.id, valid.error());
  auto* subscription = subscriptions_.find(command.filter);
  if (subscription == nullptr) subscription = &subscriptions_.add(command.filter);
  PendingSubscribe pending{command.id, std::move(command.options), std::nullopt};
  if (command.from) overlay(positions_, std::move(*command.from));
  if (command.from || !positions_.empty()) pending.from = std::exchange(positions_, {});
  subscription->pending.push_back(std::move(pending));
  if (hub_.subscribe(*this, *subscription, command.id)) on_established(*subscription, command.id);
}

void Session::handle(protocol::PositionsCommand& command) {
  overlay(positions_, std::move(command.from));
  const auto positions_max = hub_.options().limits.cells;
  if (positions_.size() > positions_max) {
    positions_.clear();
    return reply(command.id,
                 error(ErrorCode::too_many_topics,
                       "more positions than limits.cells = " + std::to_string(positions_max) +
                           "; all are forgotten"));
  }
  reply(command.id, protocol::DoneReply{});
}

void Session::handle(const protocol::UnsubscribeCommand& command) {
  auto* subscription = subscriptions_.find(command.filter);
  if (subscription == nullptr) return reply(command.id, no_subscription(command.filter));
  for (const auto id : remove(*subscription)) reply(id, protocol::SubscribedReply{});
  reply(command.id, protocol::DoneReply{});
}

void Session::handle(protocol::PublishCommand& command) {
  ++hub_.counters().client_publishes_total;
  auto result = [&]() -> std::optional<Result<protocol::Position>> {
    if (const auto valid = check(command); !valid) return fail(valid.error());
    return hub_.publish(id_, std::move(command.publication), command.id);
  }();
  if (!result) return;
  if (command.id) return on_published(*command.id, std::move(*result));
  if (!*result) ++hub_.counters().refused_total;
}

void Session::handle(const protocol::LimitCommand& command) {
  const auto now = hub_.now().steady;
  if (command.filter.empty()) {
    deliverer_.limits().apply(command.wishes, now);
    return reply(command.id, protocol::LimitedReply{effective_limits(), std::nullopt});
  }
  auto* subscription = subscriptions_.find(command.filter);
  if (subscription == nullptr) return reply(command.id, no_subscription(command.filter));
  if (command.max_rate && newest_options(*subscription).delivery == protocol::Delivery::all) {
    return reply(command.id, error(ErrorCode::bad_request, rate_of_all));
  }
  if (command.max_rate) {
    // Those that wait for other shards came before it.
    subscription->options.max_rate = *command.max_rate;
    for (auto& pending : subscription->pending) pending.options.max_rate = *command.max_rate;
  }
  subscriptions_.refresh(*subscription, now);
  reply(command.id, protocol::LimitedReply{std::nullopt, effective_rate(*subscription)});
}

void Session::handle(const protocol::PingCommand& command) {
  reply(command.id, protocol::PongReply{hub_.now().unix_ms});
}

void Session::handle(const protocol::AckCommand& command) {
  deliverer_.limits().on_acknowledged(command.bytes);
}

Result<void> Session::check(const protocol::SubscribeCommand& command) const {
  const auto& wishes = command.options;
  if (wishes.delivery == protocol::Delivery::all) {
    if (wishes.max_rate > 0) return fail(ErrorCode::bad_request, rate_of_all);
    if (!wishes.fields.empty()) {
      return fail(ErrorCode::bad_request, "fields: shapes latest only, not delivery all");
    }
    if (wishes.delta != protocol::Delta::none) {
      return fail(ErrorCode::bad_request, "delta: shapes latest only, not delivery all");
    }
  }
  if (!bearer_.rights().may_subscribe(command.filter)) {
    return fail(ErrorCode::forbidden, "no right to subscribe to " + command.filter);
  }
  const auto subscriptions_max = hub_.options().limits.subscriptions;
  if (subscriptions_.pending_count() >= subscriptions_max) {
    return fail(ErrorCode::too_many_subscriptions,
                "as many subscribes wait for their replies as limits.subscriptions = " +
                    std::to_string(subscriptions_max));
  }
  if (subscriptions_.find(command.filter) == nullptr &&
      subscriptions_.size() >= subscriptions_max) {
    return fail(ErrorCode::too_many_subscriptions,
                "a session may have limits.subscriptions = " + std::to_string(subscriptions_max));
  }
  return {};
}

Result<void> Session::check(const protocol::PublishCommand& command) {
  if (!bearer_.rights().may_publish(command.publication.topic)) {
    return fail(ErrorCode::forbidden, "no right to publish to " + command.publication.topic);
  }
  if (!publish_rate_.try_take(1, hub_.now().steady)) {
    return fail(ErrorCode::rate,
                "a session may publish limits.publishes_per_s = " +
                    std::to_string(hub_.options().limits.publishes_per_s));
  }
  return {};
}

double Session::effective_rate(const Subscription& subscription) const {
  const auto& wishes = newest_options(subscription);
  if (wishes.delivery == protocol::Delivery::all) return 0;
  return lower_rate(wishes.max_rate, hub_.options().rules.max_rate_of(subscription.filter));
}

void Session::on_bad_message(const protocol::CommandError& bad) {
  ++hub_.counters().bad_requests_total;
  if (bad.id) {
    reply(*bad.id, bad.error);
  } else {
    tell(protocol::ErrorEvent{bad.error});
  }
  const auto now = hub_.now().steady;
  std::erase_if(bad_messages_, [&](TimePoint at) { return at + bad_messages_time <= now; });
  bad_messages_.push_back(now);
  if (bad_messages_.size() >= bad_messages_max) close(CloseReason::bad_requests, std::nullopt);
}

void Session::reply(protocol::RequestId re, decltype(protocol::ReplyEvent::body) body) {
  if (std::holds_alternative<Error>(body)) ++hub_.counters().refused_total;
  if (replies_ != nullptr) return replies_->on_reply(re, body);
  tell(protocol::ReplyEvent{re, std::move(body)});
}

void Session::tell(const protocol::Event& event) {
  auto frame = hub_.frames().event(event, codec_, framing_);
  if (current_write_ != nullptr) {
    deliverer_.limits().on_control(frame.size(), hub_.now().steady);
    return current_write_->add(std::move(frame));
  }
  control_.add(std::move(frame));
  port_.request_flush();
}

void Session::tell_ready() {
  for (const auto* subscription : subscriptions_.take_ready()) {
    tell(protocol::ReadyEvent{subscription->filter});
  }
}

std::vector<protocol::RequestId> Session::remove(Subscription& subscription) {
  const auto removed = subscriptions_.remove(subscription, hub_.now().steady);
  hub_.unsubscribe(*this, *removed);
  std::vector<protocol::RequestId> unanswered;
  for (const auto& pending : removed->pending) unanswered.push_back(pending.id);
  return unanswered;
}

void Session::reschedule() {
  if (is_closing_) return;
  const auto now = hub_.now().steady;
  if (!control_.blocks.empty() || deliverer_.wants_pull(now)) port_.request_flush();
  const auto before = deadline_;
  deadline_ = heartbeat_.deadline();
  for (const auto at : {deliverer_.deadline(now), identity_ends_at()}) {
    if (at && *at < *deadline_) deadline_ = at;
  }
  if (*deadline_ < *before) port_.request_deadline();
}

}  // namespace weir::gateway::session
