// What the mode `phases` adds: slow readers as the command line describes them, and what is written
// down of them.
#include "tests/bench/load/phases.hpp"

#include "tests/bench/load/report.hpp"
#include "tests/bench/load/slow_reader.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <stdexcept>

namespace weir::tests::bench {

TEST_CASE("a slow reader is read from its words") {
  const SlowReader nothing = parse_slow_reader("");
  CHECK(nothing.name == "slow");
  CHECK(nothing.reading == Reading::slowly);
  CHECK(nothing.endpoint.port == 0);

  const SlowReader all = parse_slow_reader(
      "name=link,delivery=all,window=4096,receive_buffer=8192,address=198.18.0.1,port=8080,"
      "namespace=/run/netns/x,reads=at_once");
  CHECK(all.name == "link");
  CHECK(all.delivery == "all");
  CHECK(all.window_bytes == 4096);
  CHECK(all.endpoint.receive_buffer_bytes == 8192);
  CHECK(all.endpoint.address == "198.18.0.1");
  CHECK(all.endpoint.port == 8080);
  CHECK(all.endpoint.network_namespace == "/run/netns/x");
  CHECK(all.reading == Reading::at_once);

  for (const char* text : {"x", "port=65536", "port=", "window=-1", "window=1x", "reads=never"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(static_cast<void>(parse_slow_reader(text)), std::invalid_argument);
  }
}

TEST_CASE("a phase is a speed and a time") {
  const Phase phase = parse_phase("10000:1.5");
  CHECK(phase.bytes_per_s == 10'000);
  CHECK(phase.seconds == doctest::Approx(1.5));
  for (const char* text : {"", "1", ":1", "1:", "1:-1", "x:1"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(static_cast<void>(parse_phase(text)), std::invalid_argument);
  }
}

TEST_CASE("who comes late misses nothing of before, but all that is missing later") {
  Tally tally{.is_late = true, .keeps_times = true};
  std::uint64_t last = 0;
  tally.count(100, last, {.read_ns = 7, .sent_ns = 2});
  tally.count(103, last, {.read_ns = 9, .sent_ns = 8});
  CHECK(tally.skipped == 2);
  REQUIRE(tally.times.size() == 2);
  CHECK(tally.times[0].read_ns - tally.times[0].sent_ns == 5);
  tally.restart();
  CHECK(tally.is_late);
  CHECK(tally.keeps_times);
  CHECK(tally.times.empty());
}

TEST_CASE("a slow reader may miss only what a gap has told, where gaps are told") {
  const SlowReader all{.delivery = "all"};
  const SlowReader latest{.delivery = "latest"};
  const Tally lossy{.skipped = 3};
  const Tally told{.skipped = 3, .gaps = 1};
  CHECK_FALSE(is_sound({.preset = Preset::weir}, all, lossy));
  CHECK(is_sound({.preset = Preset::weir}, all, told));
  CHECK(is_sound({.preset = Preset::weir}, latest, lossy));
  CHECK(is_sound({.preset = Preset::nats}, all, lossy));
  CHECK(is_sound({.preset = Preset::nats}, all, Tally{.closed = 2}));
  CHECK_FALSE(is_sound({.preset = Preset::weir}, latest, Tally{.disordered = 1}));
}

TEST_CASE("the fast ones lose nothing, are not cut off and see no gap") {
  const Options options{.delivery = "all"};
  CHECK(is_sound(options, Tally{}));
  for (const Tally& tally : {Tally{.skipped = 1},
                             Tally{.disordered = 1},
                             Tally{.gaps = 1},
                             Tally{.refusals = 1},
                             Tally{.closed = 1}}) {
    CHECK_FALSE(is_sound(options, tally));
  }
  CHECK(is_sound(Options{.delivery = "latest"}, Tally{.skipped = 1}));
}

TEST_CASE("the report has the age of every message that a slow one has read") {
  PhaseFigures alone;
  alone.usage.seconds = 1;
  PhaseFigures phase{.bytes_per_s = 10'000, .begin_ns = 1'000'000'000};
  phase.usage.seconds = 2;
  phase.slow.push_back({"link", Tally{.keeps_times = true}});
  phase.slow[0].tally.times.push_back({.read_ns = 2'500'000'000, .sent_ns = 2'000'000'000});
  const Options options{.slow = {SlowReader{.name = "link"}}};
  const auto out = nlohmann::json::parse(report(options, Figures{}, {alone, phase}, 5));
  CHECK(out.at("sound") == true);
  CHECK(out.at("alone").at("slow").empty());
  CHECK(out.at("phases").at(0).at("bytes_per_s") == 10'000);
  const auto& ages = out.at("phases").at(0).at("slow").at("link").at("ages_s");
  REQUIRE(ages.size() == 1);
  CHECK(ages.at(0).at(0) == doctest::Approx(1.5));
  CHECK(ages.at(0).at(1) == doctest::Approx(0.5));
}

}  // namespace weir::tests::bench
