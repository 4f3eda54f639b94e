#include "tests/bench/load/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>
#include <stdexcept>

namespace weir::tests::bench {

namespace {

/// What the mode `phases` needs besides.
void add_phases(CLI::App& app, Options& options) {
  const auto add_each = [&app](const char* name, auto& list, auto parse, const char* help) {
    app.add_option_function<std::vector<std::string>>(
           name,
           [&list, parse](const std::vector<std::string>& words) {
             try {
               for (const std::string& word : words) list.push_back(parse(word));
             } catch (const std::invalid_argument& error) {
               throw CLI::ValidationError(error.what());
             }
           },
           help)
        ->take_all();
  };
  add_each("--phase", options.phases, parse_phase, "BYTES_PER_S:SECONDS; may be repeated");
  add_each("--slow", options.slow, parse_slow_reader, "name=x,receive_buffer=8192,...");
}

/// Who asks for what, and how it is said.
void add_subscriptions(CLI::App& app, Options& options) {
  const std::map<std::string, Codec> codecs{{"json", Codec::json}, {"cbor", Codec::cbor}};
  const std::map<std::string, Filling> fillings{
      {"pad", Filling::pad}, {"words", Filling::words}, {"fields", Filling::fields}};
  app.add_option("--subscribers", options.subscribers)->check(CLI::Range(1, 19'000));
  app.add_option("--delivery", options.delivery)->check(CLI::IsMember({"all", "latest"}));
  app.add_option("--topics", options.topics, "published to in turn")->check(CLI::Range(1, 100'000));
  app.add_option("--topics-each", options.topics_each, "that a subscriber asks for")
      ->check(CLI::Range(1, 256));
  app.add_flag("--wildcard", options.is_wildcard, "subscribers ask for all topics by one pattern");
  app.add_option("--max-rate", options.max_rates, "of Weir's subscribers, in turn")->take_all();
  app.add_flag("--tls", options.is_tls);
  app.add_flag("--deflate", options.offers_deflate, "offer permessage-deflate");
  app.add_option("--codec", options.codec, "Weir's: json, cbor")
      ->transform(CLI::CheckedTransformer(codecs));
  app.add_option("--bytes", options.data_bytes, "of each payload")->check(CLI::Range(64, 200'000));
  app.add_option("--filling", options.filling, "of payloads: pad, words, fields")
      ->transform(CLI::CheckedTransformer(fillings));
}

}  // namespace

std::vector<std::string> topics_of(const Options& options) {
  std::vector<std::string> names;
  for (std::size_t number = 0; number < options.topics; ++number) {
    names.push_back("bench/" + std::to_string(number));
  }
  return names;
}

Options parse_options(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Loads a server with subscribers and a feed, and prints what came as one JSON object."};
  const std::map<std::string, Mode> modes{{"window", Mode::window},
                                          {"rate", Mode::rate},
                                          {"idle", Mode::idle},
                                          {"phases", Mode::phases}};
  const std::map<std::string, Preset> presets{{"weir", Preset::weir},
                                              {"nchan", Preset::nchan},
                                              {"mosquitto", Preset::mosquitto},
                                              {"nats", Preset::nats}};
  app.add_option("--client-port", options.client_port, "WebSocket on 127.0.0.1")->required();
  app.add_option("--feed-port", options.feed_port, "TCP feed on 127.0.0.1")->required();
  app.add_option("--server", options.server, "process id of the server")->required();
  app.add_option("--mode", options.mode)->transform(CLI::CheckedTransformer(modes));
  app.add_option("--preset", options.preset)->transform(CLI::CheckedTransformer(presets));
  add_subscriptions(app, options);
  app.add_option("--window", options.window, "messages at once")->check(CLI::Range(1, 1000));
  app.add_option("--rate", options.rate_per_s, "messages per second")->check(CLI::Range(0.1, 1e6));
  app.add_option("--seconds", options.seconds, "to measure")->check(CLI::Range(0.1, 600.0));
  app.add_option("--warm-up", options.warm_up_seconds, "seconds before")
      ->check(CLI::Range(0.0, 60.0));
  app.add_option("--alone", options.alone_seconds, "of the fast ones, before the phases")
      ->check(CLI::Range(0.1, 60.0));
  add_phases(app, options);
  try {
    app.parse(argc, argv);
    if (options.mode == Mode::phases && options.phases.empty()) {
      throw CLI::RequiredError("--phase");
    }
    if (options.topics_each > options.topics) {
      throw CLI::ValidationError("--topics-each: more than --topics");
    }
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

}  // namespace weir::tests::bench
