#pragma once

#include "clients/cpp/events.hpp"
#include "clients/cpp/folded_state.hpp"
#include "protocol/core/command.hpp"
#include "protocol/native/json_client.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace weir::clients::cpp {

/// What a delivery means after duplicates and holes have been dealt with.
struct Arrival {
  std::optional<Delivered> delivery;  ///< none: a duplicate
  std::optional<Gap> gap;             ///< a hole that the gateway did not tell
  bool is_unfit = false;              ///< a change of a state or value that this client has not
};

/// How far the client has come in each topic, by name, and the numbers that stand for topics on the
/// present connection. Positions outlive connections, so that these can be resumed.
class TopicTable {
public:
  /// Which positions resume a filter.
  enum class Resume : std::uint8_t { streams, all };

  /// What of a topic is kept: values, where patches of them may come.
  enum class Keep : std::uint8_t { positions, values };

  /// Numbers mean nothing on another connection.
  void forget_numbers() { numbers_.clear(); }
  /// Forgets the positions of the topics that a filter matches and no other of `kept` does.
  void forget(std::string_view filter,
              const std::map<std::string, protocol::SubscribeOptions>& kept);

  TopicIntroduced introduce(const protocol::TopicEvent& event);
  /// The topic's name and kind; nullptr when the gateway has not introduced the number.
  [[nodiscard]] const TopicIntroduced* find(protocol::TopicNumber number) const;

  /// Shape: the number was introduced. `is_every_entry_due`: the topic is delivered in full, so a
  ///        hole is a loss.
  [[nodiscard]] Arrival deliver(const protocol::native::ReceivedDelivery& delivery,
                                bool is_every_entry_due,
                                Keep keep = Keep::positions);
  /// Takes a gap that the gateway tells; the number was introduced.
  [[nodiscard]] Gap on_gap(const protocol::GapEvent& event);

  [[nodiscard]] protocol::Positions positions(std::string_view filter, Resume which) const;

private:
  struct State {
    protocol::Kind kind = protocol::Kind::value;
    protocol::Epoch epoch;
    protocol::Offset position = 0;   ///< up to here all was handed over, told as a gap, or is older
    protocol::Offset delivered = 0;  ///< the last entry that was handed over; 0: none
    std::optional<FoldedState> folded{};  ///< of a record or table
    std::optional<std::string> value{};   ///< JSON of the entry `delivered`, where it is kept
  };

  [[nodiscard]] static Arrival deliver_parts(const protocol::native::ReceivedDelivery& delivery,
                                             const TopicIntroduced& topic,
                                             State& state);
  /// The value that a delivery brings; none where its patch does not fit.
  [[nodiscard]] static std::optional<protocol::Payload> patched(
      const protocol::native::ReceivedPatch& patch, const State& state);
  [[nodiscard]] State& state_of(const TopicIntroduced& topic, protocol::Offset prev);

  std::unordered_map<protocol::TopicNumber, TopicIntroduced> numbers_;
  std::map<std::string, State, std::less<>> topics_;
};

}  // namespace weir::clients::cpp
