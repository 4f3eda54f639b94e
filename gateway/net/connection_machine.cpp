#include "gateway/net/connection_machine.hpp"

#include "protocol/websocket/frame_encoder.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <variant>

namespace weir::gateway::net {

namespace websocket = protocol::websocket;
using protocol::CloseReason;
using websocket::Opcode;

namespace {

/// Pongs that wait for the next write. While there are more, the peer is not read from.
constexpr std::size_t control_bytes_max = 4096;

constexpr TimePoint not_begun{};

/// Tells the answer to one ping from that to another.
std::string ping_payload(TimePoint sent_at) {
  return std::to_string(sent_at.time_since_epoch().count());
}

/// The row that a peer's code means; nullopt: a code of its own.
std::optional<CloseReason> reason_of(std::uint16_t code) {
  const auto& table = protocol::close_table();
  const auto row = std::ranges::find(table, code, &protocol::CloseInfo::code);
  return row == table.end() ? std::nullopt : std::optional(row->reason);
}

}  // namespace

ConnectionMachine::ConnectionMachine(const Shared& shared,
                                     Host& host,
                                     const std::optional<websocket::DeflateParameters>& deflate)
    : settings_(shared.settings),
      counters_(shared.counters),
      host_(host),
      assembler_(websocket::Role::server, shared.settings.messages, deflate),
      budget_(shared.settings.in_flight_bytes) {
  // Of a closing handshake an event stream has nothing.
  has_peer_closed_ = settings_.carrier == Carrier::event_stream;
}

void ConnectionMachine::request_flush() {
  if (is_due_) return;
  is_due_ = true;
  host_.on_due();
}

void ConnectionMachine::request_ping() {
  if (settings_.carrier == Carrier::event_stream) return;
  if (phase_ != Phase::open || pinged_at_ != not_begun) return;
  owes_ping_ = true;
  request_flush();
}

void ConnectionMachine::request_close(CloseReason reason) {
  if (phase_ != Phase::open) return;
  drain(reason, Cause::ours);
  assembler_.ignore_data();
}

void ConnectionMachine::on_bytes(protocol::MutableByteView bytes, Now now) {
  counters_.received_bytes += bytes.size();
  // Another request behind that for the stream would never be answered.
  if (settings_.carrier == Carrier::event_stream) return fail(CloseReason::policy);
  if (phase_ == Phase::open) endpoint_->on_activity(now);
  parse(bytes, now);
}

void ConnectionMachine::on_resumed(Now now) {
  const auto kept = std::exchange(unread_, nullptr);
  parse(protocol::as_mutable_bytes(*kept), now);
}

void ConnectionMachine::on_end() {
  has_peer_ended_ = true;
  const bool is_stream = settings_.carrier == Carrier::event_stream;
  if (phase_ == Phase::open && is_stream) drain(CloseReason::normal, Cause::peers_code);
  if (phase_ == Phase::open) drain(CloseReason::going_away, Cause::abnormal);
  if (phase_ == Phase::lingering || (phase_ == Phase::closing && in_flight_bytes_ == 0)) {
    end(Socket::close);
  }
}

void ConnectionMachine::on_broken() {
  end(Socket::close);
}

bool ConnectionMachine::can_parse() const {
  if (drops_input_ || phase_ == Phase::lingering || phase_ == Phase::ended) return false;
  if (phase_ != Phase::open) return true;  // the peer's close frame may be among the bytes
  if (control_ && control_->size() >= control_bytes_max) return false;
  return endpoint_->wants_input();
}

void ConnectionMachine::parse(protocol::MutableByteView bytes, Now now) {
  bool has_message = false;
  while (!bytes.empty()) {
    if (!can_parse()) {
      if (phase_ == Phase::open) unread_ = std::make_unique<std::string>(protocol::as_text(bytes));
      break;
    }
    const auto inbound = assembler_.next(bytes);
    if (!inbound) {
      counters_.count(inbound.error());
      fail(info(inbound.error()).reason);
      break;
    }
    if (!*inbound) break;
    has_message |= std::holds_alternative<websocket::Message>(**inbound);
    on_inbound(**inbound, now);
  }
  if (drops_input_) return;
  assembler_.release();
  const bool was_assembling = is_assembling_;
  is_assembling_ = assembler_.is_assembling();
  if (is_assembling_ && (!was_assembling || has_message)) assembling_since_ = now.steady;
}

void ConnectionMachine::on_inbound(const websocket::Inbound& inbound, Now now) {
  if (const auto* message = std::get_if<websocket::Message>(&inbound)) {
    ++counters_.received_messages;
    if (phase_ == Phase::open) endpoint_->on_message(message->type, message->payload, now);
  } else if (const auto* ping = std::get_if<websocket::Ping>(&inbound)) {
    on_control_frame(now);
    if (phase_ != Phase::open) return;
    if (!control_) control_ = std::make_unique<std::string>();
    websocket::append_frame(*control_, {Opcode::pong}, ping->payload);
    request_flush();
  } else if (const auto* pong = std::get_if<websocket::Pong>(&inbound)) {
    on_control_frame(now);
    on_pong(pong->payload, now);
  } else {
    on_close(std::get<websocket::Close>(inbound), now);
  }
}

void ConnectionMachine::on_control_frame(Now now) {
  ++counters_.received_control_frames;
  if (settings_.control_interval == Duration::zero() || phase_ != Phase::open) return;
  control_until_ = std::max(control_until_, now.steady) + settings_.control_interval;
  if (control_until_ - now.steady <= settings_.control_interval * settings_.control_burst) return;
  counters_.count(LimitHit::control_frames_per_s);
  fail(CloseReason::policy);
}

void ConnectionMachine::on_pong(std::string_view payload, Now now) {
  // A peer may send pongs that nobody asked for: RFC 6455, 5.5.3.
  if (phase_ != Phase::open || pinged_at_ == not_begun || payload != ping_payload(pinged_at_)) {
    return;
  }
  endpoint_->on_pong(now.steady - std::exchange(pinged_at_, not_begun), now);
}

void ConnectionMachine::on_close(const websocket::Close& close, Now now) {
  has_peer_closed_ = true;
  if (phase_ == Phase::open) {
    peer_code_ = close.code.value_or(0);
    const auto known = close.code ? reason_of(*close.code) : CloseReason::normal;
    drain(known.value_or(CloseReason::normal), known ? Cause::peers_code : Cause::peers_other_code);
  } else if (phase_ == Phase::closing && in_flight_bytes_ == 0) {
    linger(now.steady);
  }
}

void ConnectionMachine::fail(CloseReason reason) {
  if (phase_ == Phase::open) drain(reason, Cause::ours);
  drop_input();
  if (phase_ == Phase::closing && in_flight_bytes_ == 0) end(Socket::close);
}

void ConnectionMachine::drop_input() {
  drops_input_ = true;
  is_assembling_ = false;
  assembler_.ignore_data();
  unread_.reset();
}

void ConnectionMachine::drain(CloseReason reason, Cause cause) {
  phase_ = Phase::draining;
  reason_ = reason;
  cause_ = cause;
  request_flush();
}

void ConnectionMachine::collect(WriteBatch& out, Now now) {
  assert(in_flight_bytes_ == 0);
  is_due_ = false;
  const auto before = out.bytes;
  if (phase_ == Phase::open) {
    add_control(out, now);
    pull(out, now);
  } else if (phase_ == Phase::draining) {
    collect_rest(out, now);
    if (phase_ == Phase::closing && out.bytes == before) part(now);
  }
  write_bytes_ = in_flight_bytes_ = static_cast<std::uint32_t>(out.bytes - before);
  if (in_flight_bytes_ == 0) return;
  ++counters_.writes;
  budget_.on_begin(now.steady);
  progress_at_ = now.steady;
}

void ConnectionMachine::pull(WriteBatch& out, Now now) {
  const auto room = link_ ? link_->room(now.steady) : budget_.bytes();
  const auto before = out.bytes;
  endpoint_->pull(std::min(room, budget_.bytes()), out, now);
  is_held_ = room == 0;
  if (!is_held_) return;
  link_->hold(now.steady);
  if (out.bytes == before) is_due_ = false;  // no control messages are left
}

void ConnectionMachine::add_control(WriteBatch& out, Now now) {
  if (owes_ping_) {
    owes_ping_ = false;
    pinged_at_ = now.steady;
    if (!control_) control_ = std::make_unique<std::string>();
    websocket::append_frame(*control_, {Opcode::ping}, ping_payload(pinged_at_));
  }
  if (!control_) return;
  out.add(SharedBytes(*control_));
  control_.reset();
}

void ConnectionMachine::collect_rest(WriteBatch& out, Now now) {
  if (phase_until_ == not_begun) begin_draining(now.steady);
  add_control(out, now);
  while (!is_drained_ && out.bytes < budget_.bytes()) {
    const auto before = out.bytes;
    endpoint_->pull(budget_.bytes(), out, now);
    is_drained_ = out.bytes == before;
  }
  is_due_ = true;
  if (!is_drained_) return;
  add_close_frame(out);
  is_due_ = false;
  phase_ = Phase::closing;
  if (cause_ == Cause::ours && reason_ != CloseReason::slow_consumer) {
    phase_until_ = now.steady + settings_.close_wait;
  }
}

void ConnectionMachine::begin_draining(TimePoint now) {
  // A peer that leaves needs no more than what was on its way to it.
  const bool is_ours = cause_ == Cause::ours;
  phase_until_ = now + (is_ours ? settings_.close_wait : settings_.goodbye);
}

void ConnectionMachine::add_close_frame(WriteBatch& out) const {
  if (settings_.carrier == Carrier::event_stream) return;
  std::string frame;
  if (cause_ == Cause::peers_code || cause_ == Cause::peers_other_code) {
    const auto code = peer_code_ == 0 ? std::nullopt : std::optional(peer_code_);
    websocket::append_close(frame, code, {});
  } else {
    websocket::append_close(frame, reason_);
  }
  out.add(SharedBytes(frame));
}

void ConnectionMachine::on_taken(std::size_t bytes, Now now) {
  assert(bytes <= in_flight_bytes_);
  if (bytes == 0) return;
  counters_.sent_bytes += bytes;
  in_flight_bytes_ -= static_cast<std::uint32_t>(bytes);
  if (link_) link_->on_taken(bytes);
  progress_at_ = now.steady;
  if (in_flight_bytes_ == 0) on_all_taken(now);
}

void ConnectionMachine::on_link_sample(std::size_t queued_bytes, Now now) {
  if (!link_) {
    link_ = std::make_unique<LinkMeter>(queued_bytes, now.steady);
    return;
  }
  link_->on_sample(queued_bytes, now.steady);
  if (!link_->is_done()) return;
  if (is_held_) release();
  link_.reset();
}

void ConnectionMachine::release() {
  is_held_ = false;
  request_flush();
}

void ConnectionMachine::on_all_taken(Now now) {
  budget_.on_end(write_bytes_, now.steady);
  if (phase_ == Phase::closing) part(now);
}

void ConnectionMachine::part(Now now) {
  if (has_peer_ended_) {
    end(Socket::close);
  } else if (has_peer_closed_ || drops_input_) {
    linger(now.steady);
  }
}

void ConnectionMachine::linger(TimePoint now) {
  phase_ = Phase::lingering;
  phase_until_ = now + settings_.goodbye;
  socket_ = Socket::shut_down;
}

void ConnectionMachine::end(Socket how) {
  phase_ = Phase::ended;
  socket_ = how;
}

std::optional<TimePoint> ConnectionMachine::deadline() const {
  auto earliest = TimePoint::max();
  const auto consider = [&](TimePoint at) { earliest = std::min(earliest, at); };
  if (phase_ == Phase::open) {
    if (const auto of_endpoint = endpoint_->deadline()) consider(*of_endpoint);
    if (is_assembling_ && settings_.assembly != Duration::zero()) {
      consider(assembling_since_ + settings_.assembly);
    }
    if (in_flight_bytes_ != 0) consider(progress_at_ + settings_.write_progress);
    if (is_held_) consider(link_->held_until());
  } else if (phase_ != Phase::ended) {
    consider(phase_until_);  // at once, when it has not begun: it needs to know the time
  }
  return earliest == TimePoint::max() ? std::nullopt : std::optional(earliest);
}

void ConnectionMachine::on_deadline(Now now) {
  if (phase_ != Phase::open) return on_phase_deadline(now);
  if (in_flight_bytes_ != 0 && now.steady >= progress_at_ + settings_.write_progress) {
    counters_.count(LimitHit::write_progress_ms);
    fail(CloseReason::slow_consumer);
    is_drained_ = true;
    phase_until_ = now.steady + settings_.goodbye;
    return;
  }
  if (is_assembling_ && settings_.assembly != Duration::zero() &&
      now.steady >= assembling_since_ + settings_.assembly) {
    counters_.count(LimitHit::assembly_ms);
    return fail(CloseReason::policy);
  }
  if (is_held_ && now.steady >= link_->held_until()) release();
  const auto of_endpoint = endpoint_->deadline();
  if (of_endpoint && now.steady >= *of_endpoint) endpoint_->on_deadline(now);
}

void ConnectionMachine::on_phase_deadline(Now now) {
  if (phase_until_ == not_begun) return begin_draining(now.steady);
  if (phase_ == Phase::ended || now.steady < phase_until_) return;
  if (phase_ == Phase::draining && !is_drained_) {
    is_drained_ = true;
    phase_until_ = now.steady + settings_.goodbye;
    request_flush();
    return;
  }
  const bool is_stuck = in_flight_bytes_ != 0 || reason_ == CloseReason::slow_consumer;
  end(is_stuck ? Socket::reset : Socket::close);
}

bool ConnectionMachine::wants_input() const {
  if (has_peer_ended_ || unread_ || phase_ == Phase::ended) return false;
  if (phase_ == Phase::lingering) return true;  // the end of the stream, and what is dropped
  return can_parse();
}

void ConnectionMachine::finish(Now now) {
  switch (cause_) {
    case Cause::ours:
    case Cause::peers_code:
      counters_.count(reason_);
      break;
    case Cause::peers_other_code:
      ++counters_.other_closes;
      break;
    case Cause::abnormal:
      ++counters_.abnormal_closes;
      break;
  }
  phase_ = Phase::ended;
  endpoint_->on_closed(reason_, now);
}

std::size_t ConnectionMachine::held_bytes() const {
  auto bytes = assembler_.held_bytes();
  if (control_) bytes += control_->capacity();
  if (unread_) bytes += unread_->capacity();
  return bytes;
}

}  // namespace weir::gateway::net
