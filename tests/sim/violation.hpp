#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace weir::tests::sim {

/// What the oracle watches over: the promises of ARCHITECTURE.md, and what they rest on.
enum class Promise : std::uint8_t {
  order,        ///< 1: offsets increase within an epoch
  duplicate,    ///< 2: no entry reaches one cell twice, across resume too
  loss,         ///< 3: with `all`, every entry is delivered or inside a gap, which is told first
  gap_count,    ///< 3: `lost` is exact, and a gap is told only for what is really gone
  newest,       ///< 4: with `latest`, a topic that falls quiet is known as it is
  base,         ///< 5: no change of a state that the client does not have
  fold,         ///< 5: a record or table is the fold of its log, at each delivery without `m`
  content,      ///< what is delivered is what was published
  limits,       ///< 6: bytes, messages and the window
  rate,         ///< 6: max_rate
  starvation,   ///< 6: between two turns of a busy cell
  memory,       ///< 7: of one client
  control,      ///< 7: waits for at most the one write in flight
  stall,        ///< 7: whoever can take data and may have it gets it
  reply,        ///< 8: exactly one for each request
  ready,        ///< all that matched at subscribe has been brought to the head
  demand,       ///< adapters know what is wanted
  life,         ///< heartbeats both ways, and closes for a reason only
  unsubscribed  ///< nothing comes from a filter that has ended
};

inline std::string_view name(Promise promise) {
  constexpr std::string_view names[] = {"order",
                                        "duplicate",
                                        "loss",
                                        "gap_count",
                                        "newest",
                                        "base",
                                        "fold",
                                        "content",
                                        "limits",
                                        "rate",
                                        "starvation",
                                        "memory",
                                        "control",
                                        "stall",
                                        "reply",
                                        "ready",
                                        "demand",
                                        "life",
                                        "unsubscribed"};
  return names[static_cast<std::size_t>(promise)];
}

/// A promise that was broken. Ends the run of one seed.
class Violation : public std::runtime_error {
public:
  Violation(Promise promise, const std::string& text)
      : std::runtime_error(std::string(name(promise)) + ": " + text), promise_(promise) {}
  [[nodiscard]] Promise promise() const { return promise_; }

private:
  Promise promise_;
};

inline void require(bool holds, Promise promise, const std::string& text) {
  if (!holds) throw Violation(promise, text);
}

}  // namespace weir::tests::sim
