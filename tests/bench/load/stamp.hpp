#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::tests::bench {

/// What every payload carries: its place in the run, and when it was given to the server.
struct Stamp {
  std::uint64_t sequence = 0;  ///< from 1, without holes in its topic
  std::int64_t sent_ns = 0;    ///< CLOCK_MONOTONIC
  std::uint64_t topic = 0;     ///< its number, from 0
};

/// CLOCK_MONOTONIC now, in ns.
[[nodiscard]] std::int64_t now_ns();

/// What fills a payload beside its stamp.
enum class Filling : std::uint8_t {
  pad,     ///< one letter again and again
  words,   ///< other words in every payload, as compressible as text is
  fields,  ///< two of twenty numbers, whatever the size: what changes in a record
};

/// Appends what is published.
/// Shape: a JSON object of exactly `data_bytes`, or as small as the stamp allows.
void append_data(std::string& out,
                 Stamp stamp,
                 std::size_t data_bytes,
                 Filling filling = Filling::pad);

/// Finds the stamp in a message of JSON or CBOR, however the server has wrapped the data. nullopt:
/// there is none.
[[nodiscard]] std::optional<Stamp> find_stamp(std::string_view message);

}  // namespace weir::tests::bench
