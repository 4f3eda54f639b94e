#include "gateway/net/endpoint_connection.hpp"

#include <algorithm>
#include <utility>

namespace weir::gateway::net {
namespace {

/// Reads and writes of one connection in one turn; then the others have theirs.
constexpr int rounds_max = 4;

}  // namespace

struct EndpointConnection::Outgoing {
  WriteBatch batch{};
  std::size_t block = 0;   ///< the first one that is not sent yet
  std::size_t offset = 0;  ///< into it

  void advance(std::size_t bytes) {
    while (bytes > 0) {
      const auto left = batch.blocks[block].size() - offset;
      if (bytes < left) {
        offset += bytes;
        return;
      }
      bytes -= left;
      offset = 0;
      batch.blocks[block++] = SharedBytes();  // others may keep it, this connection does not
    }
  }
};

EndpointConnection::EndpointConnection(Services& services, const Upgrade& upgrade)
    : services_(services),
      machine_({.settings = upgrade.route->settings, .counters = services.counters},
               *this,
               upgrade.deflate) {
}

EndpointConnection::~EndpointConnection() = default;

void EndpointConnection::start(std::unique_ptr<ByteStream> stream,
                               std::optional<PeerKey> place,
                               std::string rest) {
  stream_ = std::move(stream);
  place_ = place;
  ++open_count();
  if (machine_.is_due()) services_.reactor.queue_flush(*this);
  if (!rest.empty()) machine_.on_bytes(protocol::as_mutable_bytes(rest), services_.reactor.now());
  settle();
}

void EndpointConnection::on_ready(Readiness readiness) {
  if (!stream_) return;
  has_ended_ |= readiness.has_ended;
  if (readiness.can_read || (readiness.can_write && stream_->reads_when_writable())) {
    can_read_ = true;
    read();
  }
  if (readiness.can_write && outgoing_) services_.reactor.queue_flush(*this);
  settle();
}

void EndpointConnection::on_deadline() {
  machine_.on_deadline(services_.reactor.now());
  settle();
}

void EndpointConnection::on_input() {
  if (machine_.has_resumed()) machine_.on_resumed(services_.reactor.now());
  read();
  settle();
}

void EndpointConnection::flush() {
  is_flushing_ = true;
  if (stream_ && machine_.wants_link_sample(services_.reactor.now())) sample_link();
  bool can_write = true;
  if (outgoing_) {
    can_write = write(*outgoing_);
    if (can_write) outgoing_.reset();
  }
  for (int round = 0; round < rounds_max && can_write && machine_.is_due(); ++round) {
    can_write = write_next();
  }
  if (stream_ && !can_write && !machine_.is_link_metered()) sample_link();
  is_flushing_ = false;
  settle();
  if (stream_ && can_write && machine_.is_due()) services_.reactor.queue_flush(*this);
}

void EndpointConnection::end(protocol::CloseReason reason) {
  machine_.request_close(reason);
  settle();
}

void EndpointConnection::abort() {
  if (!stream_) return;
  stream_->reset();
  machine_.on_broken();
  settle();
}

void EndpointConnection::on_closed() {
  log_end();
  machine_.finish(services_.reactor.now());
  --open_count();
  if (place_) services_.admission.release(*place_);
  if (!place_) --services_.open_refused;
}

void EndpointConnection::on_due() {
  if (stream_ && !is_flushing_ && !outgoing_) services_.reactor.queue_flush(*this);
}

void EndpointConnection::on_deadline_moved() {
  // Not settle(): this comes from inside the endpoint. A flush looks at the deadline in its end.
  if (stream_ && !is_flushing_) services_.reactor.queue_flush(*this);
}

void EndpointConnection::read() {
  const auto buffer = services_.reactor.read_buffer();
  const auto now = services_.reactor.now();
  for (int round = 0; round < rounds_max && can_read_ && machine_.wants_input(); ++round) {
    const auto [status, bytes] = stream_->read(buffer);
    if (bytes > 0) machine_.on_bytes(buffer.first(bytes), now);
    switch (status) {
      case IoResult::Status::more:
        break;
      case IoResult::Status::blocked:
        can_read_ = has_ended_ && bytes > 0;
        break;
      case IoResult::Status::ended:
        can_read_ = false;
        machine_.on_end();
        break;
      case IoResult::Status::broken:
        can_read_ = false;
        machine_.on_broken();
        break;
    }
  }
}

bool EndpointConnection::write(Outgoing& outgoing) {
  const auto& blocks = outgoing.batch.blocks;
  const auto pieces = services_.reactor.pieces();
  while (outgoing.block < blocks.size()) {
    const auto count = std::min(blocks.size() - outgoing.block, pieces.size());
    for (std::size_t i = 0; i < count; ++i) pieces[i] = blocks[outgoing.block + i].view();
    pieces[0].remove_prefix(outgoing.offset);
    const auto [status, bytes] = stream_->write(pieces.first(count));
    outgoing.advance(bytes);
    machine_.on_taken(bytes, services_.reactor.now());
    if (status == IoResult::Status::broken) machine_.on_broken();
    if (status != IoResult::Status::more) return false;
  }
  return true;
}

bool EndpointConnection::write_next() {
  auto& scratch = services_.reactor.batch();
  machine_.collect(scratch, services_.reactor.now());
  if (scratch.bytes == 0) return true;
  Outgoing outgoing{.batch = std::move(scratch)};
  const bool is_all_taken = write(outgoing);
  if (is_all_taken) {
    scratch = std::move(outgoing.batch);
    return true;
  }
  ++services_.counters.blocked_writes;
  outgoing_ = std::make_unique<Outgoing>(std::move(outgoing));
  return false;
}

std::uint64_t& EndpointConnection::open_count() const {
  auto& counters = services_.counters;
  return machine_.carrier() == Carrier::event_stream ? counters.open_event_streams
                                                     : counters.open_websockets;
}

void EndpointConnection::sample_link() {
  machine_.on_link_sample(unacknowledged_bytes(stream_->descriptor()), services_.reactor.now());
}

/// Does with the socket what the machine wants after it was called.
void EndpointConnection::settle() {
  if (!stream_) return;
  const auto socket = machine_.socket();
  if (socket == ConnectionMachine::Socket::close || socket == ConnectionMachine::Socket::reset) {
    if (socket == ConnectionMachine::Socket::reset) stream_->reset();
    stream_.reset();
    outgoing_.reset();
    services_.reactor.close(*this);
    return;
  }
  if (socket == ConnectionMachine::Socket::shut_down && !std::exchange(is_shut_down_, true)) {
    stream_->shut_down();
  }
  services_.reactor.set_deadline(*this, machine_.deadline());
  if (machine_.has_resumed() || (can_read_ && machine_.wants_input())) {
    services_.reactor.queue_input(*this);
  }
}

void EndpointConnection::log_end() const {
  const auto& row = protocol::info(machine_.reason());
  const bool is_slow = row.reason == protocol::CloseReason::slow_consumer;
  const auto level = is_slow ? LogLevel::info : LogLevel::debug;
  if (!services_.log.is_enabled(level)) return;
  services_.log.write(
      level,
      "net",
      "connection_closed",
      {{"peer", place_ ? describe(*place_) : "refused"}, {"code", row.code}, {"reason", row.name}});
}

}  // namespace weir::gateway::net
