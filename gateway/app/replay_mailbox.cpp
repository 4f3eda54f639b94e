#include "gateway/app/replay_mailbox.hpp"

namespace weir::gateway::app {

using adapters::abi::Answer;
using protocol::ErrorCode;
using topics::ReplayEnd;

namespace {

constexpr std::size_t entry_overhead_bytes = 256;  // what a small entry takes while it waits

}  // namespace

void ReplayMailbox::open(std::uint64_t id, AdapterIndex adapter) {
  const std::lock_guard lock(mutex_);
  queues_[id].adapter = adapter;
}

std::optional<AdapterIndex> ReplayMailbox::close(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto node = queues_.extract(id);
  if (node.empty() || !node.mapped().has_slowed) return std::nullopt;
  return node.mapped().adapter;
}

ReplayMailbox::Taken ReplayMailbox::take(std::uint64_t id, std::size_t entries_max) {
  const std::lock_guard lock(mutex_);
  Taken taken;
  const auto found = queues_.find(id);
  if (found == queues_.end()) return taken;
  auto& queue = found->second;
  while (!queue.entries.empty() && taken.part.entries.size() < entries_max) {
    auto& [entry, bytes] = queue.entries.front();
    taken.part.entries.push_back(std::move(entry));
    queue.bytes -= bytes;
    queue.entries.pop_front();
  }
  if (queue.entries.empty()) taken.part.ended = queue.ended;
  const bool has_room =
      queue.entries.size() <= limits_.entries / 2 && queue.bytes <= limits_.bytes / 2;
  if (has_room && std::exchange(queue.has_slowed, false)) taken.has_room = queue.adapter;
  return taken;
}

std::vector<std::uint64_t> ReplayMailbox::take_news() {
  const std::lock_guard lock(mutex_);
  for (const auto id : news_) {
    const auto found = queues_.find(id);
    if (found != queues_.end()) found->second.is_noted = false;
  }
  return std::exchange(news_, {});
}

ReplayMailbox::Put ReplayMailbox::put(adapters::abi::ReplayPart&& part) {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(part.replay_id);
  if (found == queues_.end()) {
    return {{Answer::refused, 0, {ErrorCode::unavailable, "nobody waits for it any more"}}, false};
  }
  auto& queue = found->second;
  Put put;
  for (std::size_t i = 0; i < part.entries.size(); ++i) {
    if (is_beyond(queue, 2)) {
      queue.has_slowed = true;
      put.answer = {Answer::refused, i, {ErrorCode::overloaded, "more than its client takes"}};
      break;
    }
    auto& entry = part.entries[i];
    const auto bytes = entry_overhead_bytes + entry.payload.bytes.size();
    queue.entries.emplace_back(std::move(entry), bytes);
    queue.bytes += bytes;
    if (is_beyond(queue, 1)) {
      queue.has_slowed = true;
      put.answer.answer = Answer::slow_down;
    }
  }
  if (part.is_last) queue.ended = part.result ? ReplayEnd::complete : ReplayEnd::failed;
  put.is_news = !std::exchange(queue.is_noted, true);
  if (put.is_news) news_.push_back(part.replay_id);
  return put;
}

}  // namespace weir::gateway::app
