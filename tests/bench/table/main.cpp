// The scenario `table` of tests/bench: what a table costs a client that wants it once a second. See
// README.md.
#include "tests/bench/load/pace.hpp"
#include "tests/bench/load/process_usage.hpp"
#include "tests/bench/load/stamp.hpp"
#include "tests/bench/load/stopwatch.hpp"
#include "tests/bench/table/table_state.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

namespace {

using namespace weir::tests::bench;
using Json = nlohmann::ordered_json;

struct Options {
  std::uint16_t client_port = 0;
  std::uint16_t feed_port = 0;
  pid_t server = 0;
  std::string topic = "bench/table";
  std::size_t rows = 10'000;
  double changes_per_s = 1000;
  double seconds = 20;
  double max_rate = 1;
  std::uint64_t seed = 1;
};

constexpr std::int64_t wait_ns_max = 20 * second_ns;
constexpr std::int64_t look_ns = second_ns / 20;

/// One subscriber and what it has made of the table.
struct Follower {
  TableState state{};
  Group group{};

  Follower(const Options& options, std::string delivery, double max_rate) {
    group.endpoint.port = options.client_port;
    group.subscription = {.host = "127.0.0.1:" + std::to_string(options.client_port),
                          .topic = options.topic,
                          .delivery = std::move(delivery),
                          .max_rate = max_rate};
    group.make_dialect = [this](const Subscription& subscription) {
      return std::make_unique<TableDialect>(subscription, state);
    };
  }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void restart() {
    group.tally.restart();
    state.restart();
  }
};

/// Lets everybody work until `is_done`.
/// Errors: throws what was waited for when it does not come.
template <typename Condition>
void wait_until(const char* what, Fleet& fleet, Feeder& feeder, Condition is_done) {
  const std::int64_t limit = now_ns() + wait_ns_max;
  while (!is_done()) {
    if (now_ns() > limit) throw std::runtime_error(std::string("in 20 s not: ") + what);
    feeder.flush();
    fleet.poll(now_ns() + (feeder.is_held_up() ? flush_interval_ns : look_ns));
  }
}

/// With a last line that asks for an answer, behind which the server has them all.
void fill(TableSource& source, Fleet& fleet, Feeder& feeder, const bool& acknowledged) {
  for (const std::string& line : source.fill()) feeder.push(line);
  std::string last = source.change();
  last.insert(1, R"("id":1,)");
  feeder.push(last);
  wait_until("the server has all rows", fleet, feeder, [&] { return acknowledged; });
}

Json to_json(const Follower& follower) {
  const TableState& state = follower.state;
  const Tally& tally = follower.group.tally;
  return {{"bytes", tally.received_bytes},
          {"deliveries", state.deliveries()},
          {"wholes", state.wholes()},
          {"rows_max", state.rows_max()},
          {"wrong_bases", state.wrong_bases()},
          {"refusals", tally.refusals},
          {"closed", tally.closed}};
}

bool is_sound(const Follower& follower, std::size_t rows) {
  return follower.state.wrong_bases() == 0 && follower.state.wholes() == 0 &&
         follower.state.rows_max() < rows &&
         follower.group.tally.refusals + follower.group.tally.closed == 0;
}

int run(const Options& options) {
  bool acknowledged = false;
  TableSource source(options.topic, options.rows, options.seed);
  Follower latest(options, "latest", options.max_rate);
  Follower every(options, "all", 0);  // what the changes come to one by one
  Fleet fleet;
  Feeder feeder(options.feed_port, std::make_unique<LineFeed>(acknowledged), {});
  fill(source, fleet, feeder, acknowledged);
  fleet.connect(latest.group, 1);
  fleet.connect(every.group, 1);
  feeder.push(source.change());  // `all` gets the table with the first entry
  const auto both_have_it = [&] {
    return latest.state.is_whole() && every.state.is_whole() &&
           latest.state.rows() == source.rows() && every.state.rows() == source.rows();
  };
  wait_until("both have the table", fleet, feeder, both_have_it);
  const std::uint64_t snapshot_bytes = every.group.tally.received_bytes;
  latest.restart();
  every.restart();
  const Stopwatch watch(options.server, 0);
  const std::int64_t end = now_ns() + to_ns(options.seconds);
  std::uint64_t changes = 0;
  const auto change = [&] {
    feeder.push(source.change());
    ++changes;
  };
  keep_rate(options.changes_per_s, fleet, feeder, end, change, [](std::int64_t) {});
  const Usage usage = watch.stop(changes);
  const Json before_end{{"latest", latest.group.tally.received_bytes},
                        {"all", every.group.tally.received_bytes}};
  wait_until("both have what the source has", fleet, feeder, both_have_it);
  const bool sound = is_sound(latest, options.rows) && is_sound(every, options.rows);
  const Json result{{"sound", sound},
                    {"seed", options.seed},
                    {"rows", source.rows().size()},
                    {"seconds", usage.seconds},
                    {"changes", changes},
                    {"max_rate", options.max_rate},
                    {"snapshot_bytes", snapshot_bytes},
                    {"bytes", before_end},
                    {"server_busy", static_cast<double>(usage.server_cpu_us) / 1e6 / usage.seconds},
                    {"pss_bytes", pss_bytes(options.server)},
                    {"latest", to_json(latest)},
                    {"all", to_json(every)}};
  std::printf("%s\n", result.dump().c_str());
  return sound ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Follows a table that changes, and prints what that came to as one JSON object."};
  app.add_option("--client-port", options.client_port)->required();
  app.add_option("--feed-port", options.feed_port)->required();
  app.add_option("--server", options.server, "process id")->required();
  app.add_option("--rows", options.rows)->check(CLI::Range(2, 100'000));
  app.add_option("--rate", options.changes_per_s, "changes a second")->check(CLI::Range(1.0, 1e5));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.1, 600.0));
  app.add_option("--max-rate", options.max_rate, "of the client that wants `latest`");
  app.add_option("--seed", options.seed, "of the changes");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_table: %s\n", error.what());
    return 2;
  }
}
