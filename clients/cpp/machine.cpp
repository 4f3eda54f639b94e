#include "clients/cpp/machine.hpp"

#include <algorithm>

namespace weir::clients::cpp {
namespace {

using protocol::Error;
using protocol::ErrorCode;
using protocol::RequestId;
using protocol::Retry;
namespace native = protocol::native;

constexpr std::uint16_t close_normal = 1000;
constexpr std::uint16_t close_none = 1006;  // there was no close frame: RFC 6455, 7.1.5
constexpr std::uint16_t close_silent = 4000;
constexpr std::uint16_t close_unreadable = 4400;
/// What a gateway reads until it has told its own limit.
constexpr std::size_t message_bytes_default = std::size_t{64} * 1024;

/// Whether the gateway wants us back after it has closed with this code.
Retry retry_after(std::uint16_t code) {
  constexpr std::uint16_t no_status = 1005;
  constexpr std::uint16_t come_back_first = 4000;
  constexpr std::uint16_t come_back_end = 4500;
  if (code == no_status || code == close_none) return Retry::yes;
  for (const auto& row : protocol::close_table()) {
    if (row.code == code) return row.retry;
  }
  return code >= come_back_first && code < come_back_end ? Retry::yes : Retry::no;
}

/// More than the bytes that a position takes in a request, whatever has to be escaped.
std::size_t position_bytes_max(std::string_view topic) {
  constexpr std::size_t rest = 64;  // names, epoch, offset, punctuation
  return 2 * topic.size() + rest;
}

/// Takes positions out of `from` that fit one message.
protocol::Positions take_part(protocol::Positions& from, std::size_t bytes_max) {
  protocol::Positions part;
  std::size_t bytes = 0;
  while (!from.empty()) {
    bytes += position_bytes_max(from.begin()->first);
    if (bytes > bytes_max && !part.empty()) break;
    part.insert(from.extract(from.begin()));
  }
  return part;
}

}  // namespace

Machine::Machine(MachineOptions options, RandomSource random)
    : options_(std::move(options)),
      backoff_(std::move(random)),
      is_window_given_(options_.wishes.window_bytes.has_value()),
      heartbeat_(TimePoint(), options_.heartbeat),
      message_bytes_max_(message_bytes_default) {
  if (!is_window_given_) options_.wishes.window_bytes = WindowSizer::bytes_start;
}

void Machine::start(TimePoint now) {
  if (phase_ == Phase::idle) open(now);
}

void Machine::stop(TimePoint now) {
  if (phase_ == Phase::ended) return;
  drop(now, close_normal, "closed");
  phase_ = Phase::ended;
  wake_at_ = never;
  tell(Disconnected{close_normal, "closed", {}});
}

RequestId Machine::subscribe(TimePoint now,
                             const std::string& filter,
                             protocol::SubscribeOptions options) {
  const auto id = next_id();
  subscriptions_.set(filter, std::move(options));
  unanswered_.emplace(filter, id);
  if (is_usable()) ask(now, id, filter);
  return id;
}

RequestId Machine::unsubscribe(TimePoint now, const std::string& filter) {
  const auto id = next_id();
  subscriptions_.erase(filter);
  topics_.forget(filter, subscriptions_.options());
  answer_subscribes(filter, {.id = id, .error = Error{ErrorCode::unavailable, "unsubscribed"}});
  if (!is_usable()) {
    tell(Reply{.id = id});
    return id;
  }
  return request(now, id, protocol::UnsubscribeCommand{id, filter});
}

RequestId Machine::publish(TimePoint now, protocol::Publication publication) {
  const auto id = next_id();
  return request(now, id, protocol::PublishCommand{id, std::move(publication)});
}

RequestId Machine::limit(TimePoint now, protocol::LimitCommand limit) {
  limit.id = next_id();
  if (limit.wishes.window_bytes) is_window_given_ = true;
  const auto id = limit.id;
  return request(now, id, limit);
}

RequestId Machine::ping(TimePoint now) {
  const auto id = next_id();
  return request(now, id, protocol::PingCommand{id});
}

RequestId Machine::request(TimePoint now, RequestId id, const protocol::Command& command) {
  if (is_usable()) {
    requests_.emplace(id, Request{RequestKind::told, {}, now});
    send(now, command);
  } else {
    tell(Reply{.id = id, .error = Error{ErrorCode::unavailable, "There is no connection."}});
  }
  return id;
}

void Machine::ask(TimePoint now, RequestId id, const std::string& filter) {
  auto command = subscriptions_.request(filter, topics_);
  command.id = id;
  if (command.from) {
    // Half of what the gateway reads: the rest of the request has room beside the last part.
    const auto bytes_max = message_bytes_max_ / 2;
    auto part = take_part(*command.from, bytes_max);
    while (!command.from->empty()) {
      const auto positions_id = next_id();
      ask_hidden(now,
                 RequestKind::hidden,
                 positions_id,
                 protocol::PositionsCommand{positions_id, std::move(part)});
      part = take_part(*command.from, bytes_max);
    }
    command.from = std::move(part);
  }
  requests_.emplace(id, Request{RequestKind::subscribe, filter, now});
  send(now, command);
}

void Machine::send(TimePoint now, const protocol::Command& command) {
  std::string message;
  options_.codec->write(command, message);
  heartbeat_.on_sent(now);
  actions_.emplace_back(SendAction{std::move(message)});
}

void Machine::tell(ClientEvent event, std::uint64_t handled_bytes) {
  actions_.emplace_back(TellAction{std::move(event), handled_bytes});
}

void Machine::acknowledge(TimePoint now) {
  if (const auto bytes = handled_.take_due(now)) send(now, protocol::AckCommand{*bytes});
  if (!is_window_given_) size_window(now);
}

void Machine::size_window(TimePoint now) {
  if (sizer_.is_due(now, handled_.handled())) {
    sizer_.on_ask(now, handled_.handled());
    const auto id = next_id();
    ask_hidden(now, RequestKind::measurement, id, protocol::PingCommand{id});
  }
  const auto wish = sizer_.take_wish(now, handled_.handled());
  if (!wish) return;
  options_.wishes.window_bytes = wish;  // the next connection begins with it
  protocol::LimitCommand limit;
  limit.id = next_id();
  limit.wishes.window_bytes = wish;
  ask_hidden(now, RequestKind::hidden, limit.id, limit);
}

void Machine::ask_hidden(TimePoint now,
                         RequestKind kind,
                         RequestId id,
                         const protocol::Command& command) {
  requests_.emplace(id, Request{kind, {}, now});
  send(now, command);
}

void Machine::open(TimePoint now) {
  phase_ = Phase::opening;
  wake_at_ = now + options_.open_timeout;
  actions_.emplace_back(OpenAction{});
}

void Machine::on_open(TimePoint now) {
  if (phase_ != Phase::opening) return;
  phase_ = Phase::greeting;
  opened_at_ = now;
  heartbeat_ = Heartbeat(now, options_.heartbeat);
  const auto id = next_id();
  requests_.emplace(id, Request{RequestKind::connect, {}, now});
  send(now,
       protocol::ConnectCommand{id, options_.token, options_.heartbeat.count(), options_.wishes});
  for (const auto& filter : subscriptions_.filters()) ask(now, next_id(), filter);
}

void Machine::on_message(TimePoint now, std::string_view message) {
  if (!is_usable()) return;
  on_alive(now);
  const auto read = options_.codec->read(message);
  if (!read) return on_unreadable(now, std::string(read.error().message()));
  const Arrived at{now, message.size()};
  if (!std::visit([&](const auto& one) { return on(one, at); }, *read)) {
    return on_unreadable(now, "something about a topic that was not introduced");
  }
  if (is_usable()) acknowledge(now);
}

void Machine::on_unreadable(TimePoint now, const std::string& why) {
  if (!is_usable()) return;
  auto reason = "The gateway sent what this client cannot read: " + why + ".";
  drop(now, close_unreadable, "unreadable");
  come_back_or_end(now, Retry::yes, close_unreadable, std::move(reason));
}

void Machine::on_closed(TimePoint now, std::uint16_t code, std::string reason) {
  if (phase_ != Phase::opening && !is_usable()) return;
  // The gateway's close frame may be lost after its goodbye.
  if (code == close_none && goodbye_) {
    code = goodbye_->code;
    reason = goodbye_->reason;
  }
  const auto retry = retry_after(code);
  forget(now);
  come_back_or_end(now, retry, code, std::move(reason));
}

void Machine::on_failed(TimePoint now, Retry retry, std::string reason) {
  if (phase_ != Phase::opening && !is_usable()) return;
  forget(now);
  come_back_or_end(now, retry, close_none, std::move(reason));
}

void Machine::on_alive(TimePoint now) {
  heartbeat_.on_received(now);
}

void Machine::on_handled(TimePoint now, std::uint64_t bytes) {
  if (!is_usable() || bytes == 0) return;
  handled_.add(now, bytes);
  acknowledge(now);
}

void Machine::tick(TimePoint now) {
  if (phase_ == Phase::waiting && now >= wake_at_) return open(now);
  if (now >= wake_at_) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.open_timeout);
    drop(now, close_normal, "no reply");
    return come_back_or_end(
        now,
        Retry::yes,
        close_none,
        "The gateway did not answer within " + std::to_string(seconds.count()) + " s.");
  }
  if (!is_usable()) return;
  acknowledge(now);
  const auto silence = heartbeat_.check(now);
  if (silence == Heartbeat::Silence::dead) {
    drop(now, close_silent, "no_heartbeat");
    return come_back_or_end(
        now, Retry::yes, close_silent, "The gateway has been silent for too long.");
  }
  if (silence == Heartbeat::Silence::ping) {
    const auto id = next_id();
    ask_hidden(now, RequestKind::hidden, id, protocol::PingCommand{id});
  }
}

TimePoint Machine::deadline() const {
  return is_usable() ? std::min({wake_at_, heartbeat_.deadline(), handled_.deadline()}) : wake_at_;
}

std::optional<Action> Machine::next_action() {
  if (actions_.empty()) return std::nullopt;
  auto action = std::move(actions_.front());
  actions_.pop_front();
  return action;
}

void Machine::drop(TimePoint now, std::uint16_t code, std::string_view reason) {
  if (phase_ != Phase::opening && !is_usable()) return;
  actions_.emplace_back(CloseAction{code, std::string(reason)});
  forget(now);
}

void Machine::forget(TimePoint now) {
  if (phase_ == Phase::open) {
    backoff_.on_lost(std::chrono::duration_cast<Duration>(now - opened_at_));
  }
  phase_ = Phase::idle;
  for (const auto& [id, request] : std::exchange(requests_, {})) {
    if (request.kind != RequestKind::told) continue;
    tell(Reply{
        .id = id,
        .error = Error{ErrorCode::unknown, "The connection was lost before the reply came."}});
  }
  subscriptions_.on_disconnected();
  topics_.forget_numbers();
  clock_.reset();
  handled_ = {};
  sizer_ = WindowSizer(options_.wishes.window_bytes.value_or(0));
}

void Machine::come_back_or_end(TimePoint now, Retry retry, std::uint16_t code, std::string reason) {
  const auto goodbye = std::exchange(goodbye_, {});
  const bool may_come_back = options_.reconnect == Reconnect::after_success && had_success_;
  if (retry == Retry::no || !may_come_back) {
    phase_ = Phase::ended;
    wake_at_ = never;
    tell(Disconnected{code, std::move(reason), {}});
    return;
  }
  const auto wait = backoff_.next(goodbye && goodbye->retry_in ? *goodbye->retry_in : Duration(0));
  phase_ = Phase::waiting;
  wake_at_ = now + wait;
  tell(Disconnected{code, std::move(reason), wait});
}

}  // namespace weir::clients::cpp
