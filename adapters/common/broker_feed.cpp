#include "adapters/common/broker_feed.hpp"

#include "adapters/common/broker_cycle.hpp"
#include "adapters/common/confirm_book.hpp"
#include "adapters/common/demand.hpp"
#include "adapters/common/outbox.hpp"
#include "adapters/common/receipt_inbox.hpp"
#include "adapters/common/wake_up.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <poll.h>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <variant>

namespace weir::adapters::common {

namespace {

using TimePoint = std::chrono::steady_clock::time_point;

/// How long a broker has to take and confirm what a client published.
constexpr std::chrono::seconds answer_max{5};
/// How long a broker may take to let us go.
constexpr std::chrono::milliseconds goodbye_max{1000};
/// So that heartbeats and deadlines are met whatever else happens.
constexpr std::chrono::milliseconds idle_max{250};
/// What is taken from the broker in one turn, before anything else is looked at.
constexpr std::size_t events_max = 256;
constexpr std::size_t leftovers_max = 100'000;

TimePoint now() {
  return std::chrono::steady_clock::now();
}

/// Of our own message ids.
std::string random_prefix() {
  std::random_device random;
  return "weir-" + std::to_string((std::uint64_t{random()} << 32U) | random()) + "-";
}

}  // namespace

class BrokerFeed::Implementation {
public:
  Implementation(abi::Host host, BrokerFeedSetup setup)
      : setup_(std::move(setup)),
        host_(host),
        demand_(std::move(setup_.on_demand)),
        link_(setup_.make_link(stop_signal_.descriptor())),
        intake_({.mapping = setup_.mapping,
                 .remembered_ids = setup_.remembered_ids,
                 .acknowledgements = setup_.acknowledgements,
                 .demand = demand_.set()},
                host),
        cycle_(setup_.brokers.size(),
               {.ceiling = setup_.reconnect_max, .seed = std::random_device{}()}),
        id_prefix_(random_prefix()) {}

  ~Implementation() { stop(); }

  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  void start() {
    host_.status(abi::SourceState::connecting, setup_.brokers.front());
    thread_ = std::thread([this] { run(); });
  }

  void stop() {
    if (!thread_.joinable()) return;
    is_stopping_ = true;
    stop_signal_.signal();
    wake_up_.signal();
    // what waits for a broker that does not answer must not hold us up
    if (ended_.get_future().wait_for(goodbye_max) != std::future_status::ready) link_->interrupt();
    thread_.join();
  }

  void change_demand(std::string_view filter, bool is_wanted) {
    if (demand_.put(std::string(filter), is_wanted)) wake_up_.signal();
  }

  void resumed() {
    intake_.resume();
    wake_up_.signal();
  }

  void receipts(const abi::Receipts& receipts) {
    if (receipts_.put(receipts)) wake_up_.signal();
  }

  void send(abi::PendingSend pending, const weir_publication& publication) {
    if (!setup_.upstream) {
      pending.refuse(WEIR_ERROR_UNSUPPORTED,
                     "this source takes no publishes; its configuration has no upstream = true");
      return;
    }
    auto message =
        to_outgoing(publication, setup_.outgoing, id_prefix_ + std::to_string(++last_id_));
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
    if (!is_connected_) return;
    take_receipts();
    if (settle()) link_->close();
  }

  /// One connection, from its beginning to its end and the wait behind it.
  void attempt() {
    const std::string& url = setup_.brokers.at(cycle_.current());
    const auto opened = link_->open(cycle_.current());
    if (!opened) {
      link_->drop();
      if (is_stopping_) return;
      tell_away(url + ": " + opened.error());
      wait_for(cycle_.on_failed());
      return;
    }
    is_connected_ = true;
    const bool is_first = !std::exchange(has_been_up_, true);
    const TimePoint since = now();
    intake_.on_connected(is_first ? Continuity::kept : *opened);
    outbox_.open();
    host_.count("connections");
    host_.status(abi::SourceState::up, "connected to " + url);
    const std::string reason = serve();
    if (is_stopping_) return;
    tell_away(url + ": " + reason);
    take_leftovers();
    lose(reason);
    wait_for(cycle_.on_lost(now() - since));
  }

  void tell_away(const std::string& reason) {
    host_.count("reconnects");
    host_.status(abi::SourceState::reconnecting, reason);
    outbox_.shut("no broker is connected: " + reason);
  }

  void lose(std::string_view reason) {
    is_connected_ = false;
    link_->drop();
    intake_.on_lost();
    confirms_.on_lost(reason);
    outbox_.shut("no broker is connected: " + std::string(reason));
  }

  /// Until the connection is lost: returns why.
  std::string serve() {
    for (const DemandStep& step : demand_.resume()) {
      if (auto done = tell(step); !done) return done.error();
    }
    while (!is_stopping_) {
      take_receipts();
      bool has_more = false;
      if (auto done = take_demand(); !done) return done.error();
      if (auto done = link_->work(); !done) return done.error();
      if (auto done = take_events(has_more); !done) return done.error();
      intake_.pump(now());
      if (auto done = settle(); !done) return done.error();
      if (auto done = publish(); !done) return done.error();
      confirms_.expire(now());
      outbox_.expire(now());
      if (!has_more || intake_.is_full()) wait_idle();
    }
    return "the gateway stops";
  }

  Done take_events(bool& has_more) {
    has_more = true;
    for (std::size_t i = 0; i < events_max && has_more && !intake_.is_full(); ++i) {
      auto event = link_->next();
      if (!event) return protocol::Unexpected<std::string>(event.error());
      has_more = event->has_value();
      if (has_more && !take(**event))
        return protocol::Unexpected<std::string>("the broker numbers its deliveries wrongly");
    }
    if (messages_ != 0) host_.count("messages", std::exchange(messages_, 0));
    return {};
  }

  /// False: it cannot be the next one.
  bool take(BrokerEvent& event) {
    if (auto* message = std::get_if<Message>(&event)) {
      ++messages_;
      return intake_.on_message(std::move(*message));
    }
    if (auto* loss = std::get_if<Loss>(&event)) {
      host_.count("losses");
      intake_.on_loss(std::move(*loss));
    } else if (const auto* confirm = std::get_if<Confirm>(&event)) {
      confirms_.on_confirm(*confirm);
    } else if (const auto* returned = std::get_if<Returned>(&event)) {
      confirms_.on_returned(*returned);
    } else if (const auto* complaint = std::get_if<Complaint>(&event)) {
      host_.count("complaints");
      host_.log(abi::Level::warning, complaint->text);
    }
    return true;
  }

  /// What was read before the connection was lost; without acknowledgements nobody delivers it
  /// again.
  void take_leftovers() {
    if (setup_.acknowledgements == Acknowledgements::wanted) return;
    for (std::size_t i = 0; i < leftovers_max; ++i) {
      auto event = link_->next();
      if (!event || !*event) return;
      static_cast<void>(take(**event));
    }
  }

  Done settle() {
    for (const Settlement& settlement : intake_.take_settlements()) {
      if (auto done = link_->settle(settlement); !done) return done;
    }
    return {};
  }

  Done publish() {
    while (!confirms_.is_full() && link_->can_send()) {
      auto item = outbox_.take();
      if (!item) return {};
      const auto tag = link_->publish(item->message);
      if (!tag) {
        item->pending.unknown("the broker was lost while it was sent: " + tag.error());
        return protocol::Unexpected<std::string>(tag.error());
      }
      confirms_.open(*tag, std::move(item->pending), item->deadline);
    }
    return {};
  }

  Done take_demand() {
    for (const DemandStep& step : demand_.take()) {
      if (!step.begins)
        intake_.on_loss({.cause = WEIR_CAUSE_FILTERED, .origin = {}, .filter = step.filter});
      if (!is_connected_) continue;
      if (auto done = tell(step); !done) return done;
    }
    return {};
  }

  Done tell(const DemandStep& step) {
    host_.count(step.begins ? "subscribed" : "unsubscribed");
    return step.begins ? link_->subscribe(step.id, step.patterns)
                       : link_->unsubscribe(step.id, step.patterns);
  }

  void take_receipts() {
    for (const ReceiptNote& note : receipts_.take()) intake_.on_receipt(note.receipt, note.error);
  }

  void wait_idle() {
    watched_.clear();
    link_->watch(intake_.is_full() ? Reading::paused : Reading::on, watched_);
    const auto wake_at = intake_.wake_at();
    auto time = idle_max;
    if (wake_at) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*wake_at - now());
      time = std::clamp(left, std::chrono::milliseconds(0), idle_max);
    }
    wait(time);
  }

  /// Before the next attempt; receipts, demand and what was read before go on.
  void wait_for(std::chrono::milliseconds time) {
    for (const TimePoint until = now() + time; !is_stopping_ && now() < until;) {
      watched_.clear();
      wait(std::min(idle_max, std::chrono::ceil<std::chrono::milliseconds>(until - now())));
      take_receipts();
      static_cast<void>(take_demand());  // without a connection nothing can fail
      intake_.pump(now());
    }
  }

  /// Until one of watched_ is ready, somebody has something for us, or the time is over.
  void wait(std::chrono::milliseconds time) {
    watched_.push_back({wake_up_.descriptor(), POLLIN, 0});
    poll(watched_.data(), watched_.size(), static_cast<int>(time.count()));
    wake_up_.acknowledge();
  }

  BrokerFeedSetup setup_;
  abi::Host host_;
  WakeUp wake_up_;
  WakeUp stop_signal_;  ///< ends dialling; whatever else wakes the thread must not
  ReceiptInbox receipts_;
  Outbox outbox_;
  std::atomic<std::uint64_t> last_id_ = 0;
  std::atomic<bool> is_stopping_ = false;

  // of the thread, but for put(), interrupt() and resume()
  Demand demand_;
  std::unique_ptr<BrokerLink> link_;
  Intake intake_;
  ConfirmBook confirms_;
  BrokerCycle cycle_;
  std::string id_prefix_;
  std::vector<pollfd> watched_;
  std::uint64_t messages_ = 0;  ///< not counted yet
  bool is_connected_ = false;
  bool has_been_up_ = false;
  std::promise<void> ended_;
  std::thread thread_;
};

BrokerFeed::BrokerFeed(abi::Host host, BrokerFeedSetup setup)
    : implementation_(std::make_unique<Implementation>(host, std::move(setup))) {
}

BrokerFeed::~BrokerFeed() = default;

void BrokerFeed::start() {
  implementation_->start();
}

void BrokerFeed::stop() {
  implementation_->stop();
}

void BrokerFeed::wanted(std::string_view filter) {
  implementation_->change_demand(filter, true);
}

void BrokerFeed::unwanted(std::string_view filter) {
  implementation_->change_demand(filter, false);
}

void BrokerFeed::resumed() {
  implementation_->resumed();
}

void BrokerFeed::receipts(const abi::Receipts& receipts) {
  implementation_->receipts(receipts);
}

void BrokerFeed::send(abi::PendingSend send, const weir_publication& publication) {
  implementation_->send(std::move(send), publication);
}

}  // namespace weir::adapters::common
