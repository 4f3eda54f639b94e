#include "gateway/app/upstream_sends.hpp"

namespace weir::gateway::app {
namespace {

using adapters::abi::Outcome;
using adapters::abi::SendOutcome;
using protocol::ErrorCode;

/// No epoch: the source has it, and the gateway does not know where.
protocol::Result<protocol::Position> to_result(const SendOutcome& outcome) {
  switch (outcome.outcome) {
    case Outcome::accepted:
      return protocol::Position{};
    case Outcome::refused:
      return protocol::fail(outcome.error);
    case Outcome::unknown:
      break;
  }
  return protocol::fail(ErrorCode::unknown, outcome.error.detail);
}

}  // namespace

std::optional<std::uint64_t> UpstreamSends::open(SessionId session,
                                                 std::optional<protocol::RequestId> id,
                                                 TimePoint now) {
  if (open_.size() >= options_.open_max) return std::nullopt;
  // One that is never answered must not make all later ones be remembered.
  if (deadlines_.size() >= 4 * options_.open_max) {
    std::erase_if(deadlines_, [this](const auto& one) { return !open_.contains(one.second); });
  }
  next_ += options_.shards;
  open_.emplace(next_, Waiting{session, id});
  deadlines_.emplace_back(now + options_.timeout, next_);
  return next_;
}

std::optional<topics::PublishOutcome> UpstreamSends::close(const SendOutcome& outcome) {
  const auto node = open_.extract(outcome.send_id);
  while (!deadlines_.empty() && !open_.contains(deadlines_.front().second)) deadlines_.pop_front();
  if (node.empty() || !node.mapped().id) return std::nullopt;
  return topics::PublishOutcome{node.mapped().session, *node.mapped().id, to_result(outcome)};
}

std::optional<topics::PublishOutcome> UpstreamSends::expire(TimePoint now) {
  while (!deadlines_.empty() && deadlines_.front().first <= now) {
    auto outcome = close({.send_id = deadlines_.front().second,
                          .outcome = Outcome::unknown,
                          .error = {ErrorCode::unknown, "the adapter has not answered in time"}});
    if (outcome) return outcome;
  }
  return std::nullopt;
}

std::optional<TimePoint> UpstreamSends::deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.front().first;
}

}  // namespace weir::gateway::app
