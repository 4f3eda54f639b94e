#include "adapters/amqp/stream_feed.hpp"

#include "adapters/amqp/replay_channels.hpp"
#include "adapters/amqp/stream_config.hpp"
#include "adapters/amqp/stream_intake.hpp"
#include "adapters/amqp/stream_link.hpp"
#include "adapters/common/broker_cycle.hpp"
#include "adapters/common/wake_up.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <poll.h>
#include <random>
#include <string>
#include <thread>
#include <utility>

namespace weir::adapters::amqp {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;
using Done = StreamLink::Done;

constexpr std::uint16_t feed_channel = 1;
/// How long a broker may take to let us go.
constexpr std::chrono::milliseconds goodbye_max{1000};
/// So that heartbeats and deadlines are met whatever else happens.
constexpr std::chrono::milliseconds idle_max{250};
/// What is taken from the broker in one turn, before anything else is looked at.
constexpr std::size_t events_max = 256;

TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

class StreamFeed::Implementation {
public:
  Implementation(const abi::Settings& settings, abi::Host host)
      : config_(parse_stream_config(settings.config)),
        host_(host),
        link_({.config = config_,
               .name = "weir adapter " + std::string(settings.name),
               .body_bytes_max = settings.entry_bytes_max,
               .interrupt = wake_up_.descriptor()}),
        intake_(config_, host),
        replays_(config_, link_),
        cycle_(config_.brokers.size(),
               {.ceiling = config_.patience.reconnect_max, .seed = std::random_device{}()}) {}

  ~Implementation() { stop(); }

  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  void start() {
    host_.status(abi::SourceState::connecting, url_of(config_.brokers.front()));
    thread_ = std::thread([this] { run(); });
  }

  void stop() {
    if (!thread_.joinable()) return;
    is_stopping_ = true;
    wake_up_.signal();
    // what waits for a broker that does not answer must not hold us up
    if (ended_.get_future().wait_for(goodbye_max) != std::future_status::ready) link_.interrupt();
    thread_.join();
  }

  void resumed() {
    intake_.resume();
    replays_.resume();
    wake_up_.signal();
  }

  void replay(abi::PendingReplay pending, const weir_replay_request& request) {
    replays_.put(std::make_unique<StreamReplay>(config_, std::move(pending), request));
    wake_up_.signal();
  }

private:
  void run() {
    while (!is_stopping_) {
      try {
        attempt();
      } catch (const std::exception& error) {
        host_.count("exceptions");
        host_.log(abi::Level::error, error.what());
        lose();
        wait_for(cycle_.on_failed());
      }
    }
    link_.close();
    lose();
    ended_.set_value();
  }

  /// One connection, from its beginning to its end and the wait behind it.
  void attempt() {
    const std::string url = url_of(config_.brokers.at(cycle_.current()));
    auto opened = link_.open(cycle_.current());
    if (opened) opened = link_.consume(feed_channel, intake_.start(), config_.prefetch);
    if (!opened) {
      lose();
      if (is_stopping_) return;
      tell_away(url + ": " + opened.error());
      wait_for(cycle_.on_failed());
      return;
    }
    const TimePoint since = now();
    intake_.on_connected(since);
    host_.count("connections");
    host_.status(abi::SourceState::up, "connected to " + url);
    const std::string reason = serve();
    if (is_stopping_) return;
    tell_away(url + ": " + reason);
    lose();
    wait_for(cycle_.on_lost(now() - since));
  }

  void tell_away(const std::string& reason) {
    host_.count("reconnects");
    host_.status(abi::SourceState::reconnecting, reason);
  }

  void lose() {
    link_.drop();
    intake_.on_lost();
    replays_.on_lost();
  }

  /// Until the connection is lost: returns why.
  std::string serve() {
    while (!is_stopping_) {
      bool has_more = false;
      if (auto done = replays_.begin(intake_.epoch()); !done) return done.error();
      if (auto done = take_events(has_more); !done) return done.error();
      if (auto done = intake_.pump(now()); !done) return done.error();
      if (const auto tag = intake_.take_acknowledgement(); tag != 0) {
        if (auto done = link_.acknowledge(feed_channel, tag); !done) return done.error();
      }
      if (auto done = replays_.pump(); !done) return done.error();
      if (!has_more) wait(link_.descriptor(), idle());
    }
    return "the gateway stops";
  }

  Done take_events(bool& has_more) {
    std::uint64_t messages = 0;
    has_more = true;
    for (std::size_t i = 0; i < events_max && has_more; ++i) {
      auto event = link_.next();
      if (!event) return protocol::Unexpected<std::string>(event.error());
      if (!*event) {
        has_more = false;
      } else if ((*event)->channel != feed_channel) {
        replays_.on_event(**std::move(event));
      } else if (!(*event)->message) {
        return protocol::Unexpected<std::string>((*event)->reason);
      } else {
        ++messages;
        if (auto done = intake_.on_message(*std::move((*event)->message)); !done) return done;
      }
    }
    if (messages != 0) host_.count("messages", messages);
    return {};
  }

  [[nodiscard]] std::chrono::milliseconds idle() const {
    const auto wake_at = intake_.wake_at();
    if (!wake_at) return idle_max;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*wake_at - now());
    return std::clamp(left, std::chrono::milliseconds(0), idle_max);
  }

  /// Before the next attempt.
  void wait_for(std::chrono::milliseconds time) {
    for (const TimePoint until = now() + time; !is_stopping_ && now() < until;) {
      wait(-1, std::chrono::ceil<std::chrono::milliseconds>(until - now()));
    }
  }

  /// Until the descriptor is readable, somebody has something for us, or the time is over.
  void wait(int descriptor, std::chrono::milliseconds time) {
    std::array<pollfd, 2> watched{pollfd{descriptor, POLLIN, 0},
                                  pollfd{wake_up_.descriptor(), POLLIN, 0}};
    poll(watched.data(), watched.size(), static_cast<int>(time.count()));
    // Once it is to stop, nothing takes that signal away: it also ends dialling.
    if (!is_stopping_) wake_up_.acknowledge();
  }

  StreamConfig config_;
  abi::Host host_;
  common::WakeUp wake_up_;
  std::atomic<bool> is_stopping_ = false;

  // of the thread, but for what they say of themselves
  StreamLink link_;
  StreamIntake intake_;
  ReplayChannels replays_;
  common::BrokerCycle cycle_;
  std::promise<void> ended_;
  std::thread thread_;
};

StreamFeed::StreamFeed(const abi::Settings& settings, abi::Host host)
    : implementation_(std::make_unique<Implementation>(settings, host)) {
}

StreamFeed::~StreamFeed() = default;

void StreamFeed::start() {
  implementation_->start();
}

void StreamFeed::stop() {
  implementation_->stop();
}

void StreamFeed::resumed() {
  implementation_->resumed();
}

void StreamFeed::replay(abi::PendingReplay replay, const weir_replay_request& request) {
  implementation_->replay(std::move(replay), request);
}

}  // namespace weir::adapters::amqp
