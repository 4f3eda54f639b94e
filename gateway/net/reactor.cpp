#include "gateway/net/reactor.hpp"

#include <utility>

namespace weir::gateway::net {

Reactor::Reactor(Now now) : now_(now), wheel_(now.steady) {
}

void Reactor::clear() {
  for (auto& peer : std::exchange(peers_, {})) peer->on_closed();
  flushes_.clear();
  inputs_.clear();
  closed_.clear();
}

void Reactor::dispatch() {
  has_more_events_ = sockets_.dispatch();
  current_.swap(inputs_);
  for (auto* peer : current_) {
    peer->is_input_queued_ = false;
    if (!peer->is_closed_) peer->on_input();
  }
  current_.clear();
  wheel_.advance(now_.steady,
                 [](TimingWheel::Node& node) { static_cast<Peer&>(node).on_deadline(); });
  part_with_closed();
}

void Reactor::flush() {
  // Who asks again during its flush has the next turn, so that input is not kept waiting.
  current_.swap(flushes_);
  for (auto* peer : current_) {
    peer->is_flush_queued_ = false;
    if (!peer->is_closed_) peer->flush();
  }
  current_.clear();
}

bool Reactor::has_more() const {
  return has_more_events_ || !flushes_.empty() || !inputs_.empty() || !closed_.empty();
}

Peer* Reactor::own(std::unique_ptr<Peer> peer) {
  peer->index_ = static_cast<std::uint32_t>(peers_.size());
  peers_.push_back(std::move(peer));
  return peers_.back().get();
}

Peer* Reactor::add(std::unique_ptr<Peer> peer, int descriptor) {
  if (!sockets_.add(descriptor, *peer)) return nullptr;
  return own(std::move(peer));
}

Peer* Reactor::take_over(std::unique_ptr<Peer> peer, int descriptor) {
  sockets_.hand_over(descriptor, *peer);
  return own(std::move(peer));
}

void Reactor::queue_flush(Peer& peer) {
  if (peer.is_flush_queued_) return;
  peer.is_flush_queued_ = true;
  flushes_.push_back(&peer);
}

void Reactor::queue_input(Peer& peer) {
  if (peer.is_input_queued_) return;
  peer.is_input_queued_ = true;
  inputs_.push_back(&peer);
}

void Reactor::set_deadline(Peer& peer, std::optional<TimePoint> at) {
  if (!at) return wheel_.cancel(peer);
  // Deadlines mostly move back; coming too early now and then is cheaper than moving each time.
  if (peer.is_scheduled() && wheel_.deadline(peer) <= *at) return;
  wheel_.schedule(peer, *at);
}

void Reactor::close(Peer& peer) {
  if (peer.is_closed_) return;
  peer.is_closed_ = true;
  wheel_.cancel(peer);
  closed_.push_back(&peer);
}

void Reactor::visit(const std::function<void(Peer&)>& visitor) {
  for (const auto& peer : peers_) {
    if (!peer->is_closed_) visitor(*peer);
  }
}

void Reactor::part_with_closed() {
  std::vector<Peer*> later;
  for (auto* peer : std::exchange(closed_, {})) {
    if (peer->is_flush_queued_ || peer->is_input_queued_) {
      later.push_back(peer);  // its queue still knows it
      continue;
    }
    peer->on_closed();
    const auto index = peer->index_;
    peers_.back()->index_ = index;
    std::swap(peers_[index], peers_.back());
    peers_.pop_back();
  }
  closed_.insert(closed_.end(), later.begin(), later.end());
}

WriteBatch& Reactor::batch() {
  batch_.clear();
  return batch_;
}

}  // namespace weir::gateway::net
