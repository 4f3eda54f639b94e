#pragma once

#include "gateway/core/time.hpp"
#include "gateway/topics/topic.hpp"
#include "protocol/core/command.hpp"
#include "protocol/native/json_client.hpp"
#include "tests/sim/parts_oracle.hpp"
#include "tests/sim/truth.hpp"
#include "tests/sim/violation.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::sim {

/// What every client of the simulation may read.
[[nodiscard]] inline bool is_readable(std::string_view topic) {
  return !topic.starts_with("secret/");
}

/// Where a cell has to begin, as the subscriptions say.
struct StartRule {
  enum class Kind : std::uint8_t { from_now, snapshot, position, history, born };

  Kind kind = Kind::from_now;
  protocol::Delivery delivery = protocol::Delivery::latest;  ///< of the subscription that made it
  std::optional<protocol::Position> position;                ///< that the client brought
  std::uint32_t history = 0;
  protocol::Epoch epoch;  ///< at subscribe; empty: no life yet
  Offset head = 0;        ///< at subscribe, at most
  bool is_exact = false;  ///< `head` is no later than the subscribe itself
};

/// What the subscriptions that match a topic ask for together.
struct CellDemand {
  protocol::Delivery delivery = protocol::Delivery::latest;
  double max_rate = 0;
  bool wants_time = false;
  bool wants_counts = false;
  Fields fields;               ///< of records and tables with `latest`
  bool wants_patches = false;  ///< of values with `latest`
  std::int32_t priority = 0;
  friend bool operator==(const CellDemand&, const CellDemand&) = default;
};

/// What one connection is told of one topic, checked against all that was ever published to it.
class CellOracle {
public:
  CellOracle(const TopicTruth& topic, StartRule rule, const CellDemand& demand)
      : topic_(&topic), rule_(std::move(rule)), demand_(demand) {}

  /// `is_certain`: else the gateway may never have known of the demand before or of this one.
  void set_demand(const CellDemand& demand, bool is_certain);

  void on_topic(const protocol::TopicEvent& event);
  void on_delivery(const protocol::native::ReceivedDelivery& delivery, gateway::TimePoint now);
  void on_gap(const protocol::GapEvent& gap);
  void on_stale(bool is_stale) { told_stale_ = is_stale; }

  /// Whether the client has been brought to this head of that epoch, or beyond.
  [[nodiscard]] bool has_reached(const protocol::Epoch& epoch, Offset head) const;
  /// Whether the shard has something that this client was not given.
  [[nodiscard]] bool is_behind(const gateway::topics::Topic& topic) const;
  /// The same, or entries that may change nothing for it.
  [[nodiscard]] bool may_have_news(const gateway::topics::Topic& topic) const {
    return is_behind(topic) || position_ < topic.log().head().offset;
  }
  /// Everything is quiet: is the client where the source is?
  void check_quiet() const;

  [[nodiscard]] const TopicTruth& topic() const { return *topic_; }
  [[nodiscard]] const CellDemand& demand() const { return demand_; }
  [[nodiscard]] std::optional<protocol::TopicNumber> number() const { return number_; }

  /// Bytes that other cells sent while this one was waiting, by topic; kept by the connection.
  std::map<std::string, std::size_t, std::less<>> sent_by_others;
  bool was_behind = false;
  bool may_be_due = false;  ///< the same, and its gate may be open

private:
  void begin(const protocol::TopicEvent& event);
  void begin_at_position(const protocol::TopicEvent& event);
  void begin_parts(Offset offset);
  void begin_born(const protocol::TopicEvent& event);
  void deliver_all(const protocol::native::ReceivedDelivery& delivery);
  void deliver_parts(const protocol::native::ReceivedDelivery& delivery, gateway::TimePoint now);
  void check_next(Offset offset, Offset skipped) const;
  void deliver_latest(const protocol::native::ReceivedDelivery& delivery, gateway::TimePoint now);
  void check_patch(const protocol::native::ReceivedPatch& patch,
                   const protocol::Entry& entry) const;
  void check_content(const protocol::native::ReceivedDelivery& delivery) const;
  void check_counts(const protocol::native::ReceivedDelivery& delivery) const;
  /// Its owner no longer has it.
  [[nodiscard]] bool is_gone(const protocol::Entry& entry) const;
  void check_rate(gateway::TimePoint now);
  void check(bool holds, Promise promise, const std::string& text) const;

  const TopicTruth* topic_;
  StartRule rule_;
  CellDemand demand_;
  const Life* life_ = nullptr;  ///< none: not introduced yet
  std::optional<PartsOracle> parts_;
  std::optional<Offset> value_;  ///< entry whose value the client keeps for patches
  bool has_new_fields_ = false;  ///< since it was made, and it was not introduced yet
  std::optional<protocol::TopicNumber> number_;
  Offset position_ = 0;
  bool is_gap_owed_ = false;         ///< without `from`, before anything else
  bool may_begin_with_gap_ = false;  ///< the subscribe may have met an older life
  bool expects_snapshot_ = false;
  bool may_be_snapshot_ = false;  ///< the first delivery
  bool may_be_whole_ = false;
  bool told_stale_ = false;
  std::optional<Offset> skips_until_;             ///< was `latest` until there
  std::vector<gateway::TimePoint> delivered_at_;  ///< the last two, under this rate
};

}  // namespace weir::tests::sim
