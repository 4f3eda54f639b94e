#include "tests/sim/connection.hpp"

#include "protocol/core/bytes.hpp"
#include "protocol/native/command_writer.hpp"
#include "protocol/native/json_codec.hpp"
#include "protocol/websocket/frame_encoder.hpp"
#include "tests/sim/client.hpp"
#include "tests/sim/violation.hpp"
#include "tests/sim/world.hpp"

#include <algorithm>
#include <vector>

namespace weir::tests::sim {

using gateway::WriteBatch;
namespace websocket = protocol::websocket;

Connection::Connection(World& world, SimClient& client, gateway::ShardIndex shard, Link link)
    : world_(&world),
      client_(&client),
      shard_(shard),
      link_(link),
      listener_(world.admin().configured()),
      serial_(world.next_serial()),
      oracle_(
          world.truth(),
          world.hub(shard),
          [&world, shard](auto topic) { return world.known_until(topic, shard); },
          stricter(listener_, world.rights().ceilings()),
          world.now()),
      session_(std::make_unique<gateway::session::Session>(
          world.hub(shard),
          *this,
          gateway::session::Session::Options{.codec = protocol::native::json_codec(),
                                             .authenticator = world.authenticator(),
                                             .ceilings = listener_},
          world.wall_now())),
      limits_{.message_bytes_max = std::size_t{1} << 20U, .wire_bytes_max = std::size_t{2} << 20U},
      assembler_(websocket::Role::client, limits_, std::nullopt) {
}

Connection::~Connection() = default;

void Connection::restrict(const gateway::session::CeilingChange& change) {
  oracle_.on_restricted(change);
  session_->restrict(change);
}

void Connection::plan(TimePoint when, void (Connection::*action)()) {
  world_->plan_for(*client_, serial_, when, action);
}

void Connection::send(protocol::Command command) {
  input_.emplace_back(world_->now() + link_.latency, std::move(command));
  if (std::exchange(is_input_planned_, true)) return;
  plan(input_.front().first, &Connection::take_input);
}

void Connection::take_input() {
  is_input_planned_ = false;
  while (!input_.empty() && input_.front().first <= world_->now() && session_->wants_input() &&
         !closing_) {
    const auto command = std::move(input_.front().second);
    input_.pop_front();
    std::string text;
    protocol::native::write_command(command, protocol::native::JsonSink(text));
    oracle_.on_activity(world_->now());
    oracle_.on_command(command, world_->now());
    world_->trace(*client_, "<-", text);
    session_->on_activity(world_->wall_now());
    session_->on_message(protocol::MessageType::text, text, world_->wall_now());
  }
  if (input_.empty() || closing_) return;
  is_input_planned_ = true;
  plan(std::max(input_.front().first, world_->now() + gateway::milliseconds(5)),
       &Connection::take_input);
}

bool Connection::flush() {
  if (!wants_flush_ || written_ != accepted_ || is_done_) return false;
  wants_flush_ = false;
  WriteBatch batch;
  const bool was_closing = is_closing();
  oracle_.begin_pull(budget_.bytes(), world_->now());
  session_->pull(budget_.bytes(), batch, world_->wall_now());
  decode(batch);
  oracle_.end_pull();
  const bool may_ask = batch.bytes > 0 || is_closing() != was_closing;
  require(may_ask || !wants_flush_, Promise::stall, "a pull gave nothing and asks for another");
  if (batch.bytes == 0 && was_closing) {
    oracle_.on_close(*closing_, world_->now());
    session_->on_closed(*closing_, world_->wall_now());
    is_done_ = true;
    return true;
  }
  if (closing_) wants_flush_ = true;
  if (batch.bytes == 0) return wants_flush_;
  write_bytes_ = batch.bytes;
  budget_.on_begin(world_->now());
  move_bytes();
  return true;
}

void Connection::decode(const WriteBatch& batch) {
  std::vector<std::uint8_t> bytes;
  for (const auto& block : batch.blocks) {
    const auto view = protocol::as_bytes(block.view());
    bytes.insert(bytes.end(), view.begin(), view.end());
  }
  require(bytes.size() == batch.bytes, Promise::content, "a batch does not know its size");
  protocol::MutableByteView rest(bytes);
  while (true) {
    const auto inbound = assembler_.next(rest);
    require(inbound.has_value(), Promise::content, "no WebSocket frame");
    if (!*inbound) break;
    const auto* message = std::get_if<websocket::Message>(&**inbound);
    require(message != nullptr && message->type == protocol::MessageType::text,
            Promise::content,
            "no text message");
    world_->trace(*client_, "->", message->payload);
    auto event = protocol::native::read_server_message(message->payload);
    require(
        event.has_value(), Promise::content, "not understood: " + std::string(message->payload));
    const Weight weight{websocket::frame_bytes(message->payload.size()), message->payload.size()};
    written_ += weight.frame_bytes;
    oracle_.on_message(*event, weight, world_->now());
    std::optional<Fields> fields;
    if (const auto* delivery = std::get_if<protocol::native::ReceivedDelivery>(&*event)) {
      if (const auto* chosen = oracle_.fields_of(delivery->number)) fields = *chosen;
    }
    waiting_.push_back({written_, {std::move(*event), weight.payload_bytes, std::move(fields)}});
  }
  require(!assembler_.is_assembling(), Promise::content, "half a frame");
}

void Connection::move_bytes() {
  const auto room =
      link_.buffer_bytes - std::min<std::uint64_t>(link_.buffer_bytes, accepted_ - arrived_);
  const auto moved = std::min(room, written_ - accepted_);
  accepted_ += moved;
  if (moved > 0 && written_ == accepted_) {
    budget_.on_end(write_bytes_, world_->now());
    if (wants_flush_) world_->touch(shard_);
  }
  plan_arrival();
}

void Connection::plan_arrival() {
  if (is_arrival_planned_ || accepted_ == arrived_) return;
  is_arrival_planned_ = true;
  auto when = world_->now() + link_.latency;
  if (link_.bytes_per_s > 0) {
    const auto chunk = std::min<std::uint64_t>(accepted_ - arrived_, 512);
    when += std::chrono::microseconds(chunk * 1'000'000 / link_.bytes_per_s);
  }
  plan(std::max(when, stalled_until_), &Connection::on_arrival);
}

void Connection::on_arrival() {
  is_arrival_planned_ = false;
  if (stalled_until_ > world_->now()) return plan_arrival();
  const auto left = accepted_ - arrived_;
  arrived_ += link_.bytes_per_s == 0 ? left : std::min<std::uint64_t>(left, 512);
  while (!waiting_.empty() && waiting_.front().ends_at <= arrived_) {
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    client_->on_message(next.arrival);
  }
  move_bytes();
}

void Connection::on_deadline() {
  planned_deadline_.reset();
  const auto due = session_->deadline();
  if (is_done_ || !due || *due > world_->now()) return;
  require(woken_at_ != world_->now(), Promise::stall, "woken again and again");
  woken_at_ = world_->now();
  session_->on_deadline(world_->wall_now());
}

void Connection::settle(const ShardState& state) {
  if (is_done_) return;
  if (written_ == accepted_ && !closing_) oracle_.check_idle(state, world_->now());
  const auto due = session_->deadline();
  if (!due || (planned_deadline_ && *planned_deadline_ <= *due)) return;
  planned_deadline_ = std::max(*due, world_->now());
  plan(*planned_deadline_, &Connection::on_deadline);
}

}  // namespace weir::tests::sim
