#include "tests/support/chaos/pipe.hpp"

#include <doctest/doctest.h>

namespace weir::tests::chaos {
namespace {

using std::chrono::milliseconds;

const Clock::time_point begin{};

/// Everything that comes out from one moment to another.
struct Drained {
  std::string bytes;
  int writes = 0;
};

Drained drain(Pipe& pipe, Clock::time_point from, Clock::time_point to) {
  Drained out;
  for (auto now = from; now <= to; now += milliseconds(1)) {
    for (auto bytes = pipe.ready(now); !bytes.empty(); bytes = pipe.ready(now)) {
      out.bytes += bytes;
      ++out.writes;
      pipe.sent(bytes.size(), now);
    }
  }
  return out;
}

TEST_CASE("a good network passes everything on at once, and the end behind it") {
  const Faults faults;
  Random random(1);
  Pipe pipe(faults, random);
  pipe.take("abc", begin);
  pipe.take("def", begin);
  pipe.end(StreamEnd::closed);
  pipe.take("ghi", begin);
  pipe.end(StreamEnd::reset);
  CHECK_FALSE(pipe.wants_more());
  CHECK_FALSE(pipe.end_behind_all());
  CHECK(drain(pipe, begin, begin).bytes == "abcdef");
  CHECK(pipe.end_behind_all() == StreamEnd::closed);
  CHECK_FALSE(pipe.ready_at());
}

TEST_CASE("every byte may be a write of its own") {
  const Faults faults{.split_bytes = 1};
  Random random(1);
  Pipe pipe(faults, random);
  pipe.take("abcdef", begin);
  const auto out = drain(pipe, begin, begin);
  CHECK(out.bytes == "abcdef");
  CHECK(out.writes == 6);
}

TEST_CASE("what is late stays in order") {
  const auto seed = seed_or(7);
  CAPTURE(seed);
  const Faults faults{.delay = milliseconds(20), .jitter = milliseconds(50)};
  Random random(seed);
  Pipe pipe(faults, random);
  std::string all;
  for (int i = 0; i < 100; ++i) {
    all += static_cast<char>('a' + i % 26);
    pipe.take(all.substr(all.size() - 1), begin);
  }
  CHECK(drain(pipe, begin, begin + milliseconds(19)).bytes.empty());
  CHECK(drain(pipe, begin + milliseconds(20), begin + milliseconds(70)).bytes == all);
}

TEST_CASE("a link carries so many bytes a second, and who has much on the way waits") {
  const Faults faults{.bytes_per_s = 10'000};
  Random random(1);
  Pipe pipe(faults, random);
  pipe.take(std::string(Pipe::held_bytes_max, 'x'), begin);
  CHECK_FALSE(pipe.wants_more());
  const auto out = drain(pipe, begin, begin + std::chrono::seconds(1));
  CHECK(out.bytes.size() > 9'000);
  CHECK(out.bytes.size() < 12'000);
  CHECK(pipe.wants_more());
}

TEST_CASE("what is held comes later, the end included") {
  Faults faults{.is_held = true};
  Random random(1);
  Pipe pipe(faults, random);
  pipe.end(StreamEnd::reset);
  CHECK_FALSE(pipe.end_behind_all());
  faults.is_held = false;
  CHECK(pipe.end_behind_all() == StreamEnd::reset);

  Pipe other(faults, random);
  faults.is_held = true;
  other.take("abc", begin);
  CHECK_FALSE(other.ready_at());
  CHECK(drain(other, begin, begin + milliseconds(50)).bytes.empty());
  faults.is_held = false;
  CHECK(drain(other, begin, begin).bytes == "abc");
}

}  // namespace
}  // namespace weir::tests::chaos
