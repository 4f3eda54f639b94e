#include "adapters/common/frame_splitter.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::common {
namespace {

std::string length_of(std::size_t bytes) {
  std::string out;
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>(bytes >> shift));
  return out;
}

std::string frame(std::string_view content) {
  return length_of(content.size()).append(content);
}

/// Feeds `stream` in pieces and says what came out: the frames, "!" where one was too long.
std::vector<std::string> frames_of(std::string_view stream,
                                   std::size_t frame_bytes_max,
                                   std::size_t piece_bytes) {
  FrameSplitter splitter(frame_bytes_max);
  std::vector<std::string> frames;
  const auto note = [&](const Line& one) {
    CHECK(one.number == frames.size() + 1);
    frames.push_back(one.is_too_long ? "!" : std::string(one.text));
  };
  while (!stream.empty()) {
    const auto space = splitter.prepare();
    const std::size_t bytes = std::min({piece_bytes, stream.size(), space.size()});
    std::memcpy(space.data(), stream.data(), bytes);
    stream.remove_prefix(bytes);
    splitter.commit(bytes);
    while (const auto one = splitter.next()) note(*one);
  }
  if (const auto one = splitter.last()) note(*one);
  CHECK_FALSE(splitter.last());
  return frames;
}

using Frames = std::vector<std::string>;

}  // namespace

TEST_CASE("frames come out whole however the stream is cut, and empty ones too") {
  const auto stream = frame("one") + frame("") + frame(std::string(300, 'x')) + frame("four");
  const Frames expected{"one", "", std::string(300, 'x'), "four"};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    CAPTURE(piece);
    CHECK(frames_of(stream, 300, piece) == expected);
  }
  CHECK(frames_of("", 100, 100).empty());
}

TEST_CASE("a frame at the limit is taken, one byte more is told once and skipped") {
  const auto stream = frame("12345") + frame("123456") + frame("ok") + frame("1234567890123");
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    CAPTURE(piece);
    CHECK(frames_of(stream, 5, piece) == Frames{"12345", "!", "ok", "!"});
  }
}

TEST_CASE("a frame that is cut off by the end of the stream is told, as far as it came") {
  CHECK(frames_of(frame("one") + length_of(5) + "tw", 100, 100) == Frames{"one", "tw"});
  CHECK(frames_of(frame("one") + std::string(3, '\0'), 100, 100) == Frames{"one", ""});
  CHECK(frames_of(length_of(200) + "tw", 100, 100) == Frames{"!"});
}

TEST_CASE("what a length declares is not allocated") {
  FrameSplitter splitter(1024 * 1024);
  const auto declared = length_of(0xffff'ffff);
  std::memcpy(splitter.prepare().data(), declared.data(), declared.size());
  splitter.commit(declared.size());
  CHECK(splitter.next()->is_too_long);
  for (int i = 0; i < 100; ++i) {
    const auto space = splitter.prepare();
    CHECK(space.size() <= ReadBuffer::usual_bytes);
    splitter.commit(space.size());
    CHECK_FALSE(splitter.next());
  }
  FrameSplitter waiting(1024 * 1024);
  const auto allowed = length_of(1024 * 1024);
  std::memcpy(waiting.prepare().data(), allowed.data(), allowed.size());
  waiting.commit(allowed.size());
  CHECK_FALSE(waiting.next());
  CHECK(waiting.prepare().size() <= ReadBuffer::usual_bytes);
}

TEST_CASE("how long frames may be can change between two of them") {
  FrameSplitter splitter(4);
  const auto stream = frame("12345678") + frame("12345678");
  std::memcpy(splitter.prepare().data(), stream.data(), stream.size());
  splitter.commit(stream.size());
  CHECK(splitter.next()->is_too_long);
  splitter.set_bytes_max(8);
  CHECK(splitter.next()->text == "12345678");
}

TEST_CASE("random frames, random pieces: as if split at once") {
  const std::uint64_t seed = tests::seed_or(7);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int i = 0; i < 300; ++i) {
    std::string stream;
    for (int j = 0; j < 10; ++j) stream += frame(random.bytes(random.below(20)));
    const auto limit = random.below(20);
    CHECK(frames_of(stream, limit, 1 + random.below(50)) == frames_of(stream, limit, 1000));
  }
}

}  // namespace weir::adapters::common
