#include "adapters/tcp/upstream_table.hpp"

#include "adapters/abi/translation.hpp"

#include <iterator>
#include <utility>

namespace weir::adapters::tcp {

void UpstreamTable::open(abi::PendingSend send,
                         std::vector<std::uint32_t> connections,
                         TimePoint deadline) {
  sends_.emplace(next_id_,
                 Send{std::move(send), std::move(connections), std::nullopt, false, deadline});
  ++next_id_;
}

bool UpstreamTable::is_over(Send& send) {
  if (!send.waiting.empty()) return false;
  if (send.has_lost || !send.refusal) {
    send.pending.unknown("the feeder went away before it answered");
  } else {
    send.pending.refuse(abi::to_code(send.refusal->code), send.refusal->message());
  }
  return true;
}

bool UpstreamTable::on_reply(std::uint32_t connection, const common::FeedReply& reply) {
  const auto at = sends_.find(reply.id);
  if (at == sends_.end()) return false;
  Send& send = at->second;
  if (std::erase(send.waiting, connection) == 0) return false;
  if (reply.error) {
    send.refusal = reply.error;
    if (is_over(send)) sends_.erase(at);
    return true;
  }
  send.pending.accept();
  sends_.erase(at);
  return true;
}

void UpstreamTable::on_gone(std::uint32_t connection) {
  for (auto at = sends_.begin(); at != sends_.end();) {
    Send& send = at->second;
    const bool was_waiting = std::erase(send.waiting, connection) != 0;
    send.has_lost = send.has_lost || was_waiting;
    at = was_waiting && is_over(send) ? sends_.erase(at) : std::next(at);
  }
}

void UpstreamTable::expire(TimePoint now) {
  while (!sends_.empty() && sends_.begin()->second.deadline <= now) {
    sends_.begin()->second.pending.unknown("the feeder did not answer in time");
    sends_.erase(sends_.begin());
  }
}

}  // namespace weir::adapters::tcp
