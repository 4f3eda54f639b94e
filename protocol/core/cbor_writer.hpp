#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol {

/// Writes CBOR in its preferred serialization: each head as short as can be, definite lengths
/// throughout, floating point numbers in the shortest of the three forms that holds them exactly.
/// Appends to a string that must outlive it. In a map, names and values are written in turn.
/// Source: RFC 8949, 3 and 4.1.
class CborWriter {
public:
  explicit CborWriter(std::string& out) : out_(&out) {}

  void integer(std::uint64_t number);
  void integer(std::int64_t number);
  /// A number that is no integer by nature but may happen to be one: then it is written as one.
  /// Shape:  finite.
  void number(double number);
  void boolean(bool value);
  void null();
  /// What is not UTF-8 becomes U+FFFD.
  void text(std::string_view text);
  void bytes(std::string_view bytes);
  void begin_map() { begin(map); }
  void begin_array() { begin(array); }
  /// Ends what was begun last.
  void end();
  /// The same value as this JSON text, in one pass and without a tree. Integers of up to 64 bits
  /// are integers; all other numbers are the nearest floating point number, which is infinity
  /// beyond its range; a lone surrogate becomes U+FFFD.
  /// Shape:  one JSON text that was checked before, at any depth.
  void json(std::string_view text);

private:
  enum Major : std::uint8_t {
    unsigned_integer,
    negative_integer,
    byte_string,
    text_string,
    array,
    map
  };
  struct Open {
    std::size_t at = 0;       ///< where its head stands, one byte as long as it is open
    std::uint64_t items = 0;  ///< in a map, names count as well
    Major major = array;
  };

  void count() {
    if (!open_.empty()) ++open_.back().items;
  }
  void begin(Major major);
  void string(Major major, std::string_view content);
  /// A floating point number, also where it has no fraction.
  void real(double number);
  /// Write what begins at `at`; give the offset behind it.
  std::size_t json_string(std::string_view text, std::size_t at);
  std::size_t json_number(std::string_view text, std::size_t at);

  std::string* out_;
  std::vector<Open> open_;
};

}  // namespace weir::protocol
