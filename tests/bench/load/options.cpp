#include "tests/bench/load/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

namespace weir::tests::bench {

Options parse_options(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Loads a server with subscribers and a feed, and prints what came as one JSON object."};
  const std::map<std::string, Mode> modes{
      {"window", Mode::window}, {"rate", Mode::rate}, {"idle", Mode::idle}};
  const std::string deliveries = "all,latest";
  app.add_option("--client-port", options.client_port, "WebSocket on 127.0.0.1")->required();
  app.add_option("--feed-port", options.feed_port, "TCP feed on 127.0.0.1")->required();
  app.add_option("--server", options.server, "process id of the server")->required();
  app.add_option("--mode", options.mode)->transform(CLI::CheckedTransformer(modes));
  app.add_option("--subscribers", options.subscribers)->check(CLI::Range(1, 19'000));
  app.add_option("--delivery", options.delivery)->check(CLI::IsMember({"all", "latest"}));
  app.add_option("--topic", options.topic);
  app.add_option("--bytes", options.data_bytes, "of each payload")->check(CLI::Range(64, 200'000));
  app.add_option("--window", options.window, "messages at once")->check(CLI::Range(1, 1000));
  app.add_option("--rate", options.rate_per_s, "messages per second")->check(CLI::Range(0.1, 1e6));
  app.add_option("--seconds", options.seconds, "to measure")->check(CLI::Range(0.1, 600.0));
  app.add_option("--warm-up", options.warm_up_seconds, "seconds before")
      ->check(CLI::Range(0.0, 60.0));
  app.add_option("--slow", options.slow, "slow subscribers besides")->check(CLI::Range(0, 1000));
  app.add_option("--slow-delivery", options.slow_delivery)->check(CLI::IsMember({"all", "latest"}));
  app.add_option("--slow-bytes-per-s", options.slow_bytes_per_s, "0: they do not read");
  app.add_option(
      "--slow-receive-buffer", options.slow_receive_buffer_bytes, "SO_RCVBUF, 0: default");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

}  // namespace weir::tests::bench
