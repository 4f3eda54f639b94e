#pragma once

#include "gateway/config/node.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::config {

/// Why a value is not what its key takes.
struct Fault {
  Place place;
  std::string what;
  std::string expected;
};
using Faults = std::vector<Fault>;

/// How a value is written, in the file and in an environment variable.
enum class Shape : std::uint8_t { boolean, integer, number, size, text, list, table };

/// What a key takes: how to read it, how to say what was expected, how to write it.
template <class T>
struct ValueType {
  Shape shape = Shape::text;
  std::string expected;  ///< as it reads behind "expected "
  /// The value; or nullopt, and at least one fault more.
  std::function<std::optional<T>(const Node&, Faults&)> read;
  std::function<std::string(const T&)> show;  ///< as TOML
};

/// Both ends belong to it.
struct Range {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// Says what is wrong with a text, or nothing.
using TextCheck = std::function<std::string(std::string_view)>;

[[nodiscard]] ValueType<bool> boolean();
[[nodiscard]] ValueType<std::int64_t> integer(Range range);
[[nodiscard]] ValueType<std::int64_t> integer(Range range, std::string expected);
/// Bytes: an integer, or text such as "64KiB".
[[nodiscard]] ValueType<std::int64_t> size(Range range);
/// A finite number from 0 to `max`, fractions allowed.
[[nodiscard]] ValueType<double> number(double max);
[[nodiscard]] ValueType<std::string> text(std::string expected, TextCheck check);
[[nodiscard]] ValueType<std::vector<std::string>> list(const std::string& expected,
                                                       TextCheck check);
/// One of these words; the value is its index.
[[nodiscard]] ValueType<std::int64_t> choice(std::vector<std::string_view> words);

}  // namespace weir::gateway::config
