// What the machine does about each message of the gateway.
#include "clients/cpp/machine.hpp"

namespace weir::clients::cpp {

using protocol::RequestId;
using protocol::Retry;
namespace native = protocol::native;

std::optional<Machine::Request> Machine::take_request(RequestId id) {
  auto found = requests_.extract(id);
  if (found.empty()) return std::nullopt;
  return std::move(found.mapped());
}

void Machine::on_answered(TimePoint now, const Request& request) {
  if (request.kind == RequestKind::measurement) sizer_.on_answer(now, handled_.received());
  if (request.kind == RequestKind::connect) {
    sizer_.on_round_trip(std::chrono::duration_cast<Duration>(now - request.sent_at));
  }
}

bool Machine::on(const native::AcceptedReply& reply, const Arrived& at) {
  const auto request = take_request(reply.re);
  if (!request) return true;  // nothing that anybody waits for
  on_answered(at.now, *request);
  if (reply.unix_ms) clock_.on_pong({request->sent_at, at.now, *reply.unix_ms});
  const Reply answer{
      .id = reply.re, .error = {}, .position = reply.position, .max_rate = reply.max_rate};
  switch (request->kind) {
    case RequestKind::connect:
      on_connected(at.now, reply);
      break;
    case RequestKind::subscribe:
      subscriptions_.on_accepted(request->filter);
      answer_subscribes(request->filter, answer);
      break;
    case RequestKind::hidden:
    case RequestKind::measurement:
      if (reply.limits) set_limits(*reply.limits);
      break;
    case RequestKind::told:
      if (reply.limits) set_limits(*reply.limits);
      tell(answer);
      break;
  }
  return true;
}

bool Machine::on(const native::RefusedReply& reply, const Arrived& at) {
  constexpr std::uint16_t close_normal = 1000;
  const auto request = take_request(reply.re);
  if (!request) return true;
  on_answered(at.now, *request);
  switch (request->kind) {
    case RequestKind::connect:
      drop(at.now, close_normal, protocol::info(reply.error.code).name);
      come_back_or_end(at.now, reply.retry, close_normal, std::string(reply.error.message()));
      break;
    case RequestKind::subscribe:
      on_subscribe_refused(at.now, *request, reply);
      break;
    case RequestKind::hidden:
    case RequestKind::measurement:
      tell(Problem{reply.error});
      break;
    case RequestKind::told:
      tell(Reply{.id = reply.re, .error = reply.error});
      break;
  }
  return true;
}

void Machine::on_connected(TimePoint now, const native::AcceptedReply& reply) {
  phase_ = Phase::open;
  opened_at_ = now;
  wake_at_ = never;
  had_success_ = true;
  if (reply.heartbeat_ms) heartbeat_.set_interval(Duration(*reply.heartbeat_ms));
  if (reply.limits) set_limits(*reply.limits);
  tell(Connected{reply.session.value_or(""),
                 reply.server.value_or(""),
                 reply.limits.value_or(protocol::EffectiveLimits{})});
}

void Machine::on_subscribe_refused(TimePoint now,
                                   const Request& request,
                                   const native::RefusedReply& reply) {
  const bool is_new = unanswered_.contains(request.filter);
  if (!is_new && reply.retry == Retry::yes) {
    // A subscription that was accepted before has to be accepted again.
    constexpr std::uint16_t close_normal = 1000;
    drop(now, close_normal, "not resumed");
    return come_back_or_end(now, Retry::yes, close_normal, std::string(reply.error.message()));
  }
  if (is_new) {
    answer_subscribes(request.filter, {.id = reply.re, .error = reply.error});
  } else {
    tell(Problem{reply.error});
  }
  if (!subscriptions_.is_active(request.filter)) subscriptions_.erase(request.filter);
}

void Machine::answer_subscribes(const std::string& filter, Reply reply) {
  const auto answered = reply.id;
  const auto [begin, end] = unanswered_.equal_range(filter);
  for (auto one = begin; one != end;) {
    // A request that was repeated on another connection has the reply to the newest one.
    if (one->second > answered) {
      ++one;
      continue;
    }
    reply.id = one->second;
    tell(reply);
    one = unanswered_.erase(one);
  }
}

void Machine::set_limits(const protocol::EffectiveLimits& limits) {
  handled_.set_window(limits.window_bytes);
  sizer_.set_window(limits.window_bytes);
  if (limits.message_bytes > 0) message_bytes_max_ = limits.message_bytes;
}

bool Machine::on(const protocol::ErrorEvent& event, const Arrived& /*at*/) {
  tell(Problem{event.error});
  return true;
}

bool Machine::on(const protocol::TopicEvent& event, const Arrived& /*at*/) {
  tell(topics_.introduce(event));
  return true;
}

bool Machine::on(const protocol::ReadyEvent& event, const Arrived& /*at*/) {
  if (subscriptions_.on_ready(event.filter)) tell(Ready{event.filter});
  return true;
}

bool Machine::on(const native::ReceivedDelivery& delivery, const Arrived& at) {
  handled_.receive(at.bytes);
  const auto* topic = topics_.find(delivery.number);
  if (topic == nullptr) return false;
  if (!subscriptions_.is_followed(topic->topic)) {
    handled_.add(at.now, at.bytes);  // under way when the last subscription ended
    return true;
  }
  const auto keep = subscriptions_.is_patched(topic->topic) ? TopicTable::Keep::values
                                                            : TopicTable::Keep::positions;
  auto arrival =
      topics_.deliver(delivery, subscriptions_.is_every_entry_due(topic->topic, topic->kind), keep);
  if (arrival.is_unfit) return false;
  if (arrival.gap) tell(std::move(*arrival.gap));
  if (arrival.delivery) {
    tell(std::move(*arrival.delivery), at.bytes);
  } else {
    handled_.add(at.now, at.bytes);
  }
  return true;
}

bool Machine::on(const protocol::GapEvent& event, const Arrived& /*at*/) {
  if (topics_.find(event.number) == nullptr) return false;
  tell(topics_.on_gap(event));
  return true;
}

bool Machine::on(const protocol::StaleEvent& event, const Arrived& /*at*/) {
  const auto* topic = topics_.find(event.number);
  if (topic == nullptr) return false;
  tell(Stale{topic->topic, event.is_stale});
  return true;
}

bool Machine::on(const protocol::LimitsEvent& event, const Arrived& /*at*/) {
  set_limits(event.limits);
  tell(LimitsChanged{event.limits});
  return true;
}

bool Machine::on(const protocol::HeartbeatEvent& /*event*/, const Arrived& /*at*/) {
  return true;  // that it came is all there is to know
}

bool Machine::on(const native::ReceivedGoodbye& event, const Arrived& /*at*/) {
  goodbye_ = Goodbye{event.code, event.reason, {}};
  if (event.retry_ms) goodbye_->retry_in = Duration(*event.retry_ms);
  tell(*goodbye_);
  return true;
}

bool Machine::on(const native::IgnoredMessage& /*message*/, const Arrived& /*at*/) {
  return true;
}

}  // namespace weir::clients::cpp
