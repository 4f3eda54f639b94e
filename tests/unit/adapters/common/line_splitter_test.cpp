#include "adapters/common/line_splitter.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace weir::adapters::common {
namespace {

/// Feeds `stream` in pieces and says what came out: the lines, "!" where one was too long.
std::vector<std::string> lines_of(std::string_view stream,
                                  std::size_t line_bytes_max,
                                  std::size_t piece_bytes) {
  LineSplitter splitter(line_bytes_max);
  std::vector<std::string> lines;
  const auto note = [&](const Line& line) {
    CHECK(line.number == lines.size() + 1);
    lines.push_back(line.is_too_long ? "!" : std::string(line.text));
  };
  while (!stream.empty()) {
    const auto space = splitter.prepare();
    const std::size_t bytes = std::min({piece_bytes, stream.size(), space.size()});
    std::memcpy(space.data(), stream.data(), bytes);
    stream.remove_prefix(bytes);
    splitter.commit(bytes);
    while (const auto line = splitter.next()) note(*line);
  }
  if (const auto line = splitter.last()) note(*line);
  CHECK_FALSE(splitter.last());
  return lines;
}

}  // namespace

TEST_CASE("lines come out whole however the stream is cut") {
  const std::string stream = "one\n\ntwo\r\nthree";
  const std::vector<std::string> expected{"one", "", "two\r", "three"};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    CAPTURE(piece);
    CHECK(lines_of(stream, 100, piece) == expected);
  }
  CHECK(lines_of("one\n", 100, 100) == std::vector<std::string>{"one"});
  CHECK(lines_of("", 100, 100).empty());
}

TEST_CASE("a line at the limit is taken, one byte more is told once and skipped") {
  const std::string stream = "12345\n123456\nok\n1234567890123\n123456";
  const std::vector<std::string> expected{"12345", "!", "ok", "!", "!"};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    CAPTURE(piece);
    CHECK(lines_of(stream, 5, piece) == expected);
  }
}

TEST_CASE("lines longer than the usual buffer fit, and the buffer does not stay") {
  constexpr std::size_t limit = 1024 * 1024;
  const std::string at_limit(limit, 'x');
  const std::string past(limit + 1, 'y');
  const auto lines = lines_of(at_limit + "\n" + past + "\nlast\n" + at_limit, limit, 10000);
  CHECK(lines == std::vector<std::string>{at_limit, "!", "last", at_limit});

  LineSplitter splitter(limit);
  std::size_t largest = 0;
  for (std::size_t fed = 0; fed < 100 * limit;) {  // an endless line
    const auto space = splitter.prepare();
    largest = std::max(largest, space.size());
    std::memset(space.data(), 'x', space.size());
    splitter.commit(space.size());
    fed += space.size();
    while (splitter.next()) {
    }
  }
  CHECK(largest <= limit + 64 * 1024);
}

TEST_CASE("how long lines may be can change between two of them") {
  LineSplitter splitter(4);
  const std::string_view stream = "12345678\n12345678\n123456789\n";
  std::memcpy(splitter.prepare().data(), stream.data(), stream.size());
  splitter.commit(stream.size());
  CHECK(splitter.next()->is_too_long);
  splitter.set_bytes_max(8);
  CHECK(splitter.next()->text == "12345678");
  CHECK(splitter.next()->is_too_long);
  CHECK_FALSE(splitter.next());
}

TEST_CASE("random streams, random pieces: as if split at once") {
  const std::uint64_t seed = tests::seed_or(7);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int i = 0; i < 300; ++i) {
    const std::string stream = random.text(random.below(400), "abcdefgh\n");
    const std::size_t limit = 1 + random.below(12);
    CHECK(lines_of(stream, limit, 1 + random.below(50)) == lines_of(stream, limit, 1000));
  }
}

}  // namespace weir::adapters::common
