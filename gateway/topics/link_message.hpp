#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/topics/topic_log.hpp"
#include "protocol/core/command.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

// What travels between shards. Immutable once sent; entries and images are shared by pointer, never
// copied.
namespace weir::gateway::topics {

/// "Send me what matches, now and later." Answered by Followed behind the images of all topics that
/// match now.
struct Follow {
  std::string filter;
  std::uint64_t generation = 0;  ///< of this filter at the asking shard
};

struct Unfollow {
  std::string filter;
};

struct Followed {
  std::string filter;
  std::uint64_t generation = 0;
};

/// A topic as it stands: the beginning of a feed, or the middle of one that missed something or has
/// a new epoch.
struct TopicImage {
  std::uint64_t feed = 0;  ///< the owner's number of this feed; never used again after its end
  std::string topic;
  std::shared_ptr<const LogImage> image;
  bool is_stale = false;
};

/// The entries after what the feed brought before, in order.
struct FeedEntries {
  std::uint64_t feed = 0;
  std::vector<protocol::EntryPtr> entries;
};

struct FeedStale {
  std::uint64_t feed = 0;
  bool is_stale = false;
};

/// A client's publish to a topic that the addressed shard owns.
struct PublishRequest {
  protocol::Publication publication;
  SessionId session = 0;
  std::optional<protocol::RequestId> id;  ///< none: nobody waits for the outcome
};

struct PublishOutcome {
  SessionId session = 0;
  protocol::RequestId id = 0;
  protocol::Result<protocol::Position> result;
};

/// "What does this topic hold?" Answered by StateAnswer.
struct StateQuestion {
  std::string topic;
  std::optional<protocol::Position> known;  ///< the asking side has the state of this position
  SessionId requester = 0;
};

struct StateAnswer {
  SessionId requester = 0;
  protocol::Result<LogImagePtr> state;
};

/// The asking shard has its first, or no longer any, subscription to this filter. Shard 0 keeps the
/// sum.
struct DemandChange {
  std::string filter;
  bool is_wanted = false;
};

using LinkMessage = std::variant<Follow,
                                 Unfollow,
                                 Followed,
                                 TopicImage,
                                 FeedEntries,
                                 FeedStale,
                                 PublishRequest,
                                 PublishOutcome,
                                 DemandChange,
                                 StateQuestion,
                                 StateAnswer>;

/// The doors to the other shards: bounded, in order, never waiting.
class LinkPort {
public:
  /// False when the door to that shard is full: nothing was sent, `message` is untouched, and
  /// `Hub::on_room` will follow.
  [[nodiscard]] virtual bool try_send(ShardIndex to, LinkMessage& message) = 0;

protected:
  ~LinkPort() = default;
};

}  // namespace weir::gateway::topics
