#include "gateway/app/shard_replays.hpp"

#include <tuple>
#include <utility>

namespace weir::gateway::app {

bool ShardReplays::can_replay(std::string_view topic) const {
  const auto owner = bridge_.owners().find(topic);
  return owner && bridge_.can_replay(*owner);
}

bool ShardReplays::start(const topics::ReplayRequest& request) {
  const auto owner = bridge_.owners().find(request.topic);
  if (!owner) return false;
  // Before it is asked for, so that nothing of it comes too early.
  bridge_.replays(shard_).open(request.id, *owner);
  adapters::abi::ReplayRequest to{.replay_id = request.id,
                                  .topic = request.topic,
                                  .epoch = request.epoch,
                                  .from = request.from,
                                  .to = request.to};
  if (bridge_.worker(*owner).replay(to)) return true;
  std::ignore = bridge_.replays(shard_).close(request.id);
  return false;
}

topics::ReplayPart ShardReplays::take(std::uint64_t id, std::size_t entries_max) {
  auto taken = bridge_.replays(shard_).take(id, entries_max);
  if (taken.has_room) bridge_.worker(*taken.has_room).resume();
  return std::move(taken.part);
}

void ShardReplays::stop(std::uint64_t id) {
  if (const auto adapter = bridge_.replays(shard_).close(id)) bridge_.worker(*adapter).resume();
}

void ShardReplays::pass_news(session::Hub& hub) {
  for (const auto id : bridge_.replays(shard_).take_news()) hub.on_replay(id);
}

}  // namespace weir::gateway::app
