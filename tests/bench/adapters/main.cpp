// The scenario `adapters` of tests/bench: how fast messages of a broker reach one subscriber
// through Weir, or a program that takes them with the client library alone. See README.md.
#include "tests/bench/adapters/flood.hpp"
#include "tests/bench/load/fleet.hpp"
#include "tests/bench/load/pace.hpp"
#include "tests/bench/load/process_usage.hpp"
#include "tests/bench/load/stamp.hpp"

#include <nlohmann/json.hpp>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

using namespace weir::tests::bench;
using Json = nlohmann::ordered_json;

struct Options {
  Flood::Options flood;
  std::string topic = "bench/a";  // in Weir
  std::uint16_t client_port = 0;  // Weir's; 0: the client library alone
  pid_t server = 0;               // Weir
  double seconds = 5;
  double warm_up_seconds = 1;
};

constexpr std::int64_t silence_ns_max = 20 * second_ns;
constexpr std::int64_t turn_ns = idle_ms * second_ns / 1000;

/// What takes the messages: a plain consumer, or a subscriber of Weir.
class Taker {
public:
  virtual ~Taker() = default;
  /// Takes what comes within some ms.
  virtual void turn() = 0;
  [[nodiscard]] virtual const Tally& tally() const = 0;
  /// CPU of whoever takes them from the broker, without the publisher's.
  [[nodiscard]] virtual std::uint64_t used_us(const Flood& flood) const = 0;
};

class PlainTaker final : public Taker {
public:
  explicit PlainTaker(const Place& place) : consumer_(make_consumer(place)) {
    tally_.is_late = true;
  }
  void turn() override {
    const std::int64_t now = now_ns();
    consumer_->take([this, now](std::string_view data) {
      const auto stamp = find_stamp(data);
      if (!stamp) throw std::runtime_error("a message without a stamp");
      tally_.count(stamp->sequence, last_, {.read_ns = now, .sent_ns = stamp->sent_ns});
    });
  }
  [[nodiscard]] const Tally& tally() const override { return tally_; }
  [[nodiscard]] std::uint64_t used_us(const Flood& flood) const override {
    return cpu_us(::getpid()) - flood.cpu_us();
  }

private:
  Tally tally_;
  std::uint64_t last_ = 0;
  std::unique_ptr<Consumer> consumer_;
};

class WeirTaker final : public Taker {
public:
  explicit WeirTaker(const Options& options) : server_(options.server) {
    group_.endpoint.port = options.client_port;
    group_.subscription = {.host = "127.0.0.1:" + std::to_string(options.client_port),
                           .topic = options.topic,
                           .delivery = "all"};
    group_.tally.is_late = true;
    fleet_.connect(group_, 1);
  }
  void turn() override { fleet_.poll(now_ns() + turn_ns); }
  [[nodiscard]] const Tally& tally() const override { return group_.tally; }
  [[nodiscard]] std::uint64_t used_us(const Flood& /*flood*/) const override {
    return cpu_us(server_);
  }

private:
  pid_t server_;
  Group group_;
  Fleet fleet_;
};

/// Takes messages until `is_done`.
/// Errors: throws when none comes for a long time.
template <typename Condition>
void take(Taker& taker, Flood& flood, Condition is_done) {
  std::uint64_t seen = taker.tally().newest;
  std::int64_t limit = now_ns() + silence_ns_max;
  while (!is_done()) {
    taker.turn();
    if (taker.tally().newest != seen) {
      seen = taker.tally().newest;
      flood.set_arrived(seen);
      limit = now_ns() + silence_ns_max;
    } else if (now_ns() > limit) {
      flood.stop();  // says what is wrong there, if anything is
      throw std::runtime_error("nothing has come for 20 s behind message " + std::to_string(seen));
    }
  }
}

void take_for(Taker& taker, Flood& flood, double seconds) {
  const std::int64_t until = now_ns() + to_ns(seconds);
  take(taker, flood, [until] { return now_ns() >= until; });
}

bool is_sound(const Tally& tally) {
  return tally.deliveries > 0 &&
         tally.skipped + tally.disordered + tally.gaps + tally.refusals + tally.closed == 0;
}

int run(const Options& options) {
  std::unique_ptr<Taker> taker;
  if (options.client_port == 0) {
    taker = std::make_unique<PlainTaker>(options.flood.place);
  } else {
    taker = std::make_unique<WeirTaker>(options);
  }
  Flood flood(options.flood);
  // until the first has come, the publisher only knocks
  take(*taker, flood, [&taker] { return taker->tally().newest > 0; });
  take_for(*taker, flood, options.warm_up_seconds);
  const std::uint64_t before = taker->tally().deliveries;
  const std::uint64_t used_before = taker->used_us(flood);
  const std::uint64_t publisher_before = flood.cpu_us();
  const std::int64_t begin = now_ns();
  take_for(*taker, flood, options.seconds);
  const double seconds = static_cast<double>(now_ns() - begin) / 1e9;
  const auto used_us = static_cast<double>(taker->used_us(flood) - used_before);
  const auto publisher_us = static_cast<double>(flood.cpu_us() - publisher_before);
  flood.begin_to_stop();
  while (!flood.has_ended()) taker->turn();
  flood.stop();
  const Tally& tally = taker->tally();
  const auto messages = static_cast<double>(tally.deliveries - before);
  const Json result{{"sound", is_sound(tally)},
                    {"seconds", seconds},
                    {"messages", tally.deliveries - before},
                    {"messages_per_s", messages / seconds},
                    {"cpu_us_per_message", messages > 0 ? used_us / messages : 0.0},
                    {"publisher_busy", publisher_us / 1e6 / seconds},
                    {"data_bytes", options.flood.data_bytes},
                    {"window", options.flood.window},
                    {"skipped", tally.skipped},
                    {"disordered", tally.disordered},
                    {"gaps", tally.gaps},
                    {"refusals", tally.refusals},
                    {"closed", tally.closed},
                    {"age_p50_us", static_cast<double>(tally.age_ns.percentile(0.5)) / 1e3}};
  std::printf("%s\n", result.dump().c_str());
  return is_sound(tally) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Takes what a broker is flooded with, and prints how fast that went as one JSON object."};
  Flood::Options& flood = options.flood;
  app.add_option("--broker", flood.place.broker, "amqp, mqtt, nats, redis or tcp")->required();
  app.add_option("--port", flood.place.port, "of the broker; tcp: of who takes the lines")
      ->required();
  app.add_option("--name", flood.place.name, "of the queue, topic, subject or channel");
  app.add_option("--client-port", options.client_port, "Weir's; without: the library alone");
  app.add_option("--server", options.server, "Weir's process id");
  app.add_option("--topic", options.topic, "in Weir");
  app.add_option("--bytes", flood.data_bytes, "of a message")->check(CLI::Range(64, 65536));
  app.add_option("--window", flood.window, "messages under way")->check(CLI::Range(200, 1'000'000));
  app.add_option("--publisher-core", flood.core, "where the publisher runs");
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.1, 600.0));
  app.add_option("--warm-up", options.warm_up_seconds)->check(CLI::Range(0.0, 60.0));
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_adapters: %s\n", error.what());
    return 2;
  }
}
