#pragma once

#include "gateway/topics/replays.hpp"

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::topics {

/// A source of replays that brings what a test says, when it says it.
struct ReplaySource final : ReplayPort {
  [[nodiscard]] bool can_replay(std::string_view topic) const override { return topic != "live"; }
  [[nodiscard]] bool start(const ReplayRequest& request) override {
    if (!can_start) return false;
    asked.push_back(request.topic + " " + request.epoch + " " + std::to_string(request.from) +
                    ".." + std::to_string(request.to));
    open[request.id].request = request;
    last = request.id;
    return true;
  }
  [[nodiscard]] ReplayPart take(std::uint64_t id, std::size_t entries_max) override {
    auto& one = open.at(id);
    ReplayPart part;
    while (!one.entries.empty() && part.entries.size() < entries_max) {
      part.entries.push_back(std::move(one.entries.front()));
      one.entries.pop_front();
    }
    if (one.entries.empty()) part.ended = one.ended;
    return part;
  }
  void stop(std::uint64_t id) override { open.erase(id); }

  [[nodiscard]] protocol::Publication entry(std::uint64_t id, protocol::Offset offset) const {
    const auto& request = open.at(id).request;
    protocol::Publication entry;
    entry.topic = request.topic;
    entry.payload.bytes = std::to_string(offset);
    entry.source_position = protocol::Position{request.epoch, offset};
    return entry;
  }
  /// Entries whose payload is their offset.
  void bring(std::uint64_t id, protocol::Offset first, protocol::Offset last_offset) {
    for (auto offset = first; offset <= last_offset; ++offset) put(id, entry(id, offset));
  }
  void bring_gap(std::uint64_t id, protocol::Offset offset) {
    auto gap = entry(id, offset);
    gap.operation = protocol::Operation::gap;
    gap.cause = protocol::GapCause::truncated;
    put(id, std::move(gap));
  }
  void put(std::uint64_t id, protocol::Publication publication) {
    open.at(id).entries.push_back(std::move(publication));
  }
  void end(std::uint64_t id, ReplayEnd reason = ReplayEnd::complete) { open.at(id).ended = reason; }

  struct One {
    ReplayRequest request;
    std::deque<protocol::Publication> entries;
    ReplayEnd ended = ReplayEnd::none;
  };
  bool can_start = true;
  std::uint64_t last = 0;          ///< the replay that was started last
  std::vector<std::string> asked;  ///< "topic epoch from..to"
  std::map<std::uint64_t, One> open;
};

}  // namespace weir::gateway::topics
