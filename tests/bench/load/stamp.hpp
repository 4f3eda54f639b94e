#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::tests::bench {

/// What every payload carries: its place in the run, and when it was given to the server.
struct Stamp {
  std::uint64_t sequence = 0;  ///< from 1, without holes
  std::int64_t sent_ns = 0;    ///< CLOCK_MONOTONIC
};

/// CLOCK_MONOTONIC now, in ns.
[[nodiscard]] std::int64_t now_ns();

/// Appends what is published.
/// Shape: a JSON object of exactly `data_bytes`, or as small as the stamp allows.
void append_data(std::string& out, Stamp stamp, std::size_t data_bytes);

/// Finds the stamp in a message, however the server has wrapped the data. nullopt: there is none.
[[nodiscard]] std::optional<Stamp> find_stamp(std::string_view message);

}  // namespace weir::tests::bench
