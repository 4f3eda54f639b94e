#include "adapters/amqp/amqp_feed.hpp"

#include "adapters/amqp/amqp_config.hpp"
#include "adapters/amqp/amqp_connection.hpp"
#include "adapters/amqp/broker_cycle.hpp"
#include "adapters/amqp/confirm_book.hpp"
#include "adapters/amqp/intake.hpp"
#include "adapters/amqp/outbox.hpp"
#include "adapters/common/receipt_inbox.hpp"
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
#include <variant>

namespace weir::adapters::amqp {

namespace {

/// How long a broker has to take and confirm what a client published.
constexpr std::chrono::seconds answer_max{5};
/// How long a broker may take to let us go.
constexpr std::chrono::milliseconds goodbye_max{1000};
/// So that heartbeats and deadlines are met whatever else happens.
constexpr std::chrono::milliseconds idle_max{250};
/// What is taken from the broker in one turn, before anything else is looked at.
constexpr std::size_t events_max = 256;

TimePoint now() {
  return std::chrono::steady_clock::now();
}

std::string random_name(std::uint64_t seed) {
  return "weir-" + std::to_string(seed) + "-";
}

}  // namespace

class AmqpFeed::Implementation {
public:
  Implementation(const abi::Settings& settings, abi::Host host)
      : config_(parse_config(settings.config)),
        host_(host),
        connection_({.config = config_,
                     .name = "weir adapter " + std::string(settings.name),
                     .body_bytes_max = settings.entry_bytes_max,
                     .interrupt = wake_up_.descriptor()}),
        intake_(config_, host),
        cycle_(config_.brokers.size(),
               {.ceiling = config_.reconnect_max, .seed = std::random_device{}()}),
        id_prefix_(
            random_name((std::uint64_t{std::random_device{}()} << 32U) | std::random_device{}())) {}

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
    if (ended_.get_future().wait_for(goodbye_max) != std::future_status::ready)
      connection_.interrupt();
    thread_.join();
  }

  void resumed() {
    intake_.resume();
    wake_up_.signal();
  }

  void receipts(const abi::Receipts& receipts) {
    if (receipts_.put(receipts)) wake_up_.signal();
  }

  void send(abi::PendingSend pending, const weir_publication& publication) {
    if (!config_.upstream) {
      pending.refuse(WEIR_ERROR_UNSUPPORTED,
                     "this source takes no publishes; its configuration has no upstream = true");
      return;
    }
    auto message = to_outgoing(publication, config_, id_prefix_ + std::to_string(++last_id_));
    if (!message) {
      pending.refuse(WEIR_ERROR_BAD_REQUEST, message.error().message());
      return;
    }
    outbox_.put({std::move(pending), *std::move(message), now() + answer_max});
    wake_up_.signal();
  }

private:
  using Done = protocol::Result<void, std::string>;

  void run() {
    while (!is_stopping_) {
      try {
        attempt();
      } catch (const std::exception& error) {
        host_.count("exceptions");
        host_.log(abi::Level::error, error.what());
        lose(error.what());
        wait_for(cycle_.on_failed());
      }
    }
    say_goodbye();
    lose("the gateway stops");
    ended_.set_value();
  }

  /// What has its offset need not be delivered again to who comes after us.
  void say_goodbye() {
    if (connection_.descriptor() < 0) return;
    take_receipts();
    if (settle()) connection_.close();
  }

  /// One connection, from its beginning to its end and the wait behind it.
  void attempt() {
    const Broker& broker = config_.brokers.at(cycle_.current());
    const std::string url = url_of(broker);
    const auto opened = connection_.open(broker);
    if (!opened) {
      connection_.drop();
      if (is_stopping_) return;
      tell_away(url + ": " + opened.error());
      wait_for(cycle_.on_failed());
      return;
    }
    const bool is_first = !std::exchange(has_been_up_, true);
    const TimePoint since = now();
    intake_.on_connected(is_first || opened->had_queue ? Continuity::kept : Continuity::lost);
    outbox_.open();
    host_.count("connections");
    host_.status(abi::SourceState::up, "connected to " + url);
    const std::string reason = serve();
    if (is_stopping_) return;
    tell_away(url + ": " + reason);
    lose(reason);
    wait_for(cycle_.on_lost(now() - since));
  }

  void tell_away(const std::string& reason) {
    host_.count("reconnects");
    host_.status(abi::SourceState::reconnecting, reason);
    outbox_.shut("no broker is connected: " + reason);
  }

  void lose(std::string_view reason) {
    connection_.drop();
    intake_.on_lost();
    confirms_.on_lost(reason);
    outbox_.shut("no broker is connected: " + std::string(reason));
  }

  /// Until the connection is lost: returns why.
  std::string serve() {
    while (!is_stopping_) {
      take_receipts();
      bool has_more = false;
      if (auto done = take_events(has_more); !done) return done.error();
      intake_.pump(now());
      if (auto done = settle(); !done) return done.error();
      if (auto done = publish(); !done) return done.error();
      confirms_.expire(now());
      outbox_.expire(now());
      if (!has_more) wait(connection_.descriptor(), idle());
    }
    return "the gateway stops";
  }

  Done take_events(bool& has_more) {
    std::uint64_t messages = 0;
    has_more = true;
    for (std::size_t i = 0; i < events_max && has_more; ++i) {
      auto event = connection_.next();
      if (!event) return protocol::Unexpected<std::string>(event.error());
      if (!*event) {
        has_more = false;
      } else if (auto* delivery = std::get_if<Delivery>(&**event)) {
        ++messages;
        if (!intake_.on_delivery(std::move(*delivery)))
          return protocol::Unexpected<std::string>("the broker numbers its deliveries wrongly");
      } else if (const auto* confirm = std::get_if<Confirm>(&**event)) {
        confirms_.on_confirm(*confirm);
      } else if (const auto* returned = std::get_if<Returned>(&**event)) {
        confirms_.on_returned(*returned);
      }
    }
    if (messages != 0) host_.count("messages", messages);
    return {};
  }

  Done settle() {
    for (const Settlement& settlement : intake_.take_settlements()) {
      if (auto done = connection_.settle(settlement); !done) return done;
    }
    return {};
  }

  Done publish() {
    while (!confirms_.is_full() && connection_.can_send()) {
      auto item = outbox_.take();
      if (!item) return {};
      const auto tag = connection_.publish(item->message);
      if (!tag) {
        item->pending.unknown("the broker was lost while it was sent: " + tag.error());
        return protocol::Unexpected<std::string>(tag.error());
      }
      confirms_.open(*tag, std::move(item->pending), item->deadline);
    }
    return {};
  }

  void take_receipts() {
    for (const common::ReceiptNote& note : receipts_.take())
      intake_.on_receipt(note.receipt, note.error);
  }

  [[nodiscard]] std::chrono::milliseconds idle() const {
    const auto wake_at = intake_.wake_at();
    if (!wake_at) return idle_max;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*wake_at - now());
    return std::clamp(left, std::chrono::milliseconds(0), idle_max);
  }

  /// Before the next attempt; receipts go on.
  void wait_for(std::chrono::milliseconds time) {
    for (const TimePoint until = now() + time; !is_stopping_ && now() < until;) {
      wait(-1, std::chrono::ceil<std::chrono::milliseconds>(until - now()));
      take_receipts();
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

  AmqpConfig config_;
  abi::Host host_;
  common::WakeUp wake_up_;
  common::ReceiptInbox receipts_;
  Outbox outbox_;
  std::atomic<std::uint64_t> last_id_ = 0;
  std::atomic<bool> is_stopping_ = false;

  // of the thread, but for interrupt() and resume()
  AmqpConnection connection_;
  Intake intake_;
  ConfirmBook confirms_;
  BrokerCycle cycle_;
  std::string id_prefix_;
  bool has_been_up_ = false;
  std::promise<void> ended_;
  std::thread thread_;
};

AmqpFeed::AmqpFeed(const abi::Settings& settings, abi::Host host)
    : implementation_(std::make_unique<Implementation>(settings, host)) {
}

AmqpFeed::~AmqpFeed() = default;

void AmqpFeed::start() {
  implementation_->start();
}

void AmqpFeed::stop() {
  implementation_->stop();
}

void AmqpFeed::resumed() {
  implementation_->resumed();
}

void AmqpFeed::receipts(const abi::Receipts& receipts) {
  implementation_->receipts(receipts);
}

void AmqpFeed::send(abi::PendingSend send, const weir_publication& publication) {
  implementation_->send(std::move(send), publication);
}

}  // namespace weir::adapters::amqp
