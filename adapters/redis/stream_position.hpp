#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <weir/weir_adapter.h>

namespace weir::adapters::redis {

/// How far a stream has been read.
struct StreamPosition {
  std::string id = "0-0";                    ///< of the last entry that was read
  std::optional<std::uint64_t> fingerprint;  ///< of what was in it; nullopt: it was not seen
  std::optional<std::uint64_t> ordinal;      ///< so many entries had been added with it, ever
};

/// What the server says of a stream (XINFO STREAM).
struct StreamInfo {
  bool exists = false;
  std::string last_id = "0-0";         ///< of the entry that was added last
  std::string first_id = "0-0";        ///< of the oldest that is still there
  std::uint64_t length = 0;            ///< how many are
  std::optional<std::uint64_t> added;  ///< how many were ever; servers before 7.0 do not say
};

/// Where to go on from, and whether something was lost before it.
struct StreamVerdict {
  StreamPosition position;
  std::optional<weir_cause> loss;
};

/// Which of two ids is the older one.
/// Shape:  milliseconds-number, as Redis writes them; what is none is the oldest.
[[nodiscard]] bool is_older(std::string_view id, std::string_view other);

/// Where to begin.
[[nodiscard]] StreamPosition newest_position(const StreamInfo& info);
[[nodiscard]] StreamPosition oldest_position(const StreamInfo& info);

/// The entry that was read last is not there any more, or is another one: whether that means that
/// others were lost. Redis itself never says so; it gives what is left.
[[nodiscard]] StreamVerdict judge(const StreamPosition& position, const StreamInfo& info);

}  // namespace weir::adapters::redis
