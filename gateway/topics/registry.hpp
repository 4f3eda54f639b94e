#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"
#include "gateway/topics/link_message.hpp"
#include "gateway/topics/topic.hpp"
#include "gateway/topics/topic_rules.hpp"
#include "gateway/topics/topic_tree.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace weir::gateway::topics {

struct RegistryOptions {
  std::size_t topics_max = 1'000'000;                      ///< owned by this shard
  std::size_t retained_bytes_max = std::size_t{1} << 30U;  ///< rings and state of owned topics
  std::size_t entry_bytes_max = std::size_t{256} * 1024;
  std::uint64_t seed = 0;  ///< for epochs: must differ from run to run
};

struct RegistryCounters {
  std::uint64_t entries_published = 0;
  std::uint64_t entries_refused = 0;
  std::uint64_t duplicates = 0;    ///< publishes with a message id that the ring still held
  std::uint64_t rings_shrunk = 0;  ///< to stay below retained_bytes_max
};

/// What a publish came to.
struct Published {
  Topic* topic = nullptr;
  protocol::Position position;
};

/// All topics of one shard: those that it owns, and its replicas of others'. Gives offsets and
/// epochs, keeps the limits on their number and memory. Owned by the hub.
class Registry {
public:
  using BornHook = std::function<void(Topic&)>;  ///< called with the topic still empty, so that
                                                 ///< nobody misses its first entry
  /// Whether the source of a topic still has what came before the first entry that it hands in.
  using PastHook = std::function<bool(std::string_view topic)>;

  Registry(
      RegistryOptions options,
      const TopicRules& rules,
      BornHook on_born,
      PastHook has_past = [](std::string_view /*topic*/) { return false; });

  /// Appends to an owned topic, which is made where there is none.
  /// Errors: bad_topic; bad_request - offset not above the head; too_big - above entry_bytes;
  ///         overloaded - no room for another topic; those of kind_rules.hpp.
  protocol::Result<Published> publish(protocol::Publication&& publication, Now now);
  /// A new epoch for an owned topic; nothing where there is no such topic.
  void reset(std::string_view topic);
  void set_stale(std::string_view filter, bool is_stale);

  /// Makes a replica, or brings the one that there is up to date.
  Topic& take_image(ShardIndex owner, const TopicImage& image);
  void remove(Topic& topic);

  [[nodiscard]] Topic* find(std::string_view name) const;
  /// Topics that this shard owns and the filter matches. `visit` must not make or remove topics.
  template <class Visit>
  void visit_owned(std::string_view filter, const Visit& visit) const {
    visit_all(filter, [&](Topic& topic) {
      if (topic.feed == 0) visit(topic);
    });
  }
  template <class Visit>
  void visit_all(std::string_view filter, const Visit& visit) const {
    topics_.visit_matching_filter(filter,
                                  [&](const std::unique_ptr<Topic>& topic) { visit(*topic); });
  }

  [[nodiscard]] std::size_t owned_topics() const { return owned_; }
  [[nodiscard]] std::size_t retained_bytes() const { return retained_bytes_; }
  [[nodiscard]] const RegistryCounters& counters() const { return counters_; }

private:
  protocol::Result<Published> try_publish(protocol::Publication&& publication, Now now);
  /// The same for records and tables, where one publication may be several entries.
  protocol::Result<Published> publish_parts(protocol::Publication&& publication,
                                            Topic* topic,
                                            Now now);
  [[nodiscard]] protocol::Kind kind_for(const protocol::Publication& publication,
                                        const Topic* topic) const;
  protocol::Result<Topic*> make_topic(const std::string& name,
                                      protocol::Kind kind,
                                      const std::optional<protocol::Position>& source_position);
  [[nodiscard]] protocol::Result<void> check_size(const protocol::Publication& publication) const;
  /// Of a log that begins with the entry at this position.
  [[nodiscard]] std::optional<protocol::Offset> past_of(
      std::string_view topic, const std::optional<protocol::Position>& source_position) const;
  Published append(Topic& topic, protocol::Publication&& publication, Now now);
  Topic& add(std::string name, TopicLog log, ShardIndex owner, std::uint64_t feed);
  protocol::Epoch new_epoch();
  void account(Topic& topic, std::size_t bytes_before);
  void make_room();
  void link_newest(Topic& topic);
  void unlink(Topic& topic);

  RegistryOptions options_;
  const TopicRules* rules_;
  BornHook on_born_;
  PastHook has_past_;
  std::mt19937_64 random_;
  TopicTree<std::unique_ptr<Topic>> topics_;
  protocol::TopicNumber next_number_ = 1;
  std::size_t owned_ = 0;
  std::size_t retained_bytes_ = 0;
  Topic* oldest_ = nullptr;  ///< owned topics by last publish
  Topic* newest_ = nullptr;
  RegistryCounters counters_;
};

}  // namespace weir::gateway::topics
