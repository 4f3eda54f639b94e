#include "adapters/tcp/tcp_feed.hpp"

#include "adapters/abi/translation.hpp"
#include "adapters/common/io_thread.hpp"
#include "adapters/common/receipt_inbox.hpp"
#include "adapters/common/tls_channel.hpp"
#include "adapters/common/tls_context.hpp"
#include "adapters/tcp/dialer.hpp"
#include "adapters/tcp/feed_connection.hpp"
#include "adapters/tcp/listener.hpp"
#include "adapters/tcp/tcp_config.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace weir::adapters::tcp {

namespace {

constexpr std::chrono::milliseconds tick_interval{250};
/// How long a feeder has to answer what a client published.
constexpr std::chrono::seconds answer_max{5};
/// Connections are told apart by so many bits in the numbers of receipts.
constexpr std::uint32_t connection_id_end = std::uint32_t{1} << 23U;

TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

class TcpFeed::Implementation {
public:
  Implementation(const abi::Settings& settings, const abi::Host& host)
      : config_(parse_config(settings.config)),
        shared_{host,
                {.line_bytes_max = settings.line_bytes_max,
                 .ack_window = config_.ack_window,
                 .heartbeat = config_.heartbeat,
                 .feeders = config_.feeders,
                 .format = config_.format},
                {},
                {}},
        ticks_(io_.context()) {
    if (config_.tls) tls_.emplace(*config_.tls);
  }

  ~Implementation() { stop(); }

  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  void start() {
    if (config_.tls && !config_.tls->verifies)
      shared_.host.log(
          abi::Level::warning,
          "tls.verify is false: whoever answers is believed, so TLS hides what is sent "
          "from those who only listen");
    if (config_.mode == Mode::listen) {
      listen();
    } else {
      dial();
    }
    schedule_tick();
    io_.start([this](const char* what) {
      shared_.host.count("exceptions");
      shared_.host.log(abi::Level::error, what);
    });
  }

  void stop() {
    io_.stop([this] {
      is_stopping_ = true;
      if (listener_) listener_->close();
      if (dialer_) dialer_->close();
      ticks_.cancel();
      for (auto& [id, connection] : connections_) connection->close("the gateway stops");
      shared_.upstream.clear();
    });
  }

  void resumed() {
    io_.post([this] {
      for (auto& [id, connection] : connections_) {
        if (!connection->is_live()) continue;
        connection->session().resume();
        connection->go_on();
      }
    });
  }

  void receipts(const abi::Receipts& receipts) {
    if (inbox_.put(receipts)) io_.post([this] { hand_out_receipts(); });
  }

  void send(abi::PendingSend pending, const weir_publication& publication) {
    if (!config_.upstream) {
      pending.refuse(WEIR_ERROR_UNSUPPORTED,
                     "this feed takes no publishes; its configuration has no upstream = true");
      return;
    }
    auto item =
        abi::to_item(publication, {.entry_bytes_max = SIZE_MAX, .trust = abi::Trust::built_in});
    if (!item) {
      pending.refuse(abi::to_code(item.error().code), item.error().message());
      return;
    }
    // std::function wants what it holds to be copyable
    auto held =
        std::make_shared<Upstream>(Upstream{std::move(pending), std::move(item->publication)});
    io_.post([this, held] { send_upstream(std::move(held->pending), held->publication); });
  }

private:
  /// What a client published, on its way to the io thread.
  struct Upstream {
    abi::PendingSend pending;
    protocol::Publication publication;
  };

  void listen() {
    listener_.emplace(
        io_.context(), config_.addresses.front(), [this](int descriptor, const auto& peer) {
          if (connections_.size() < config_.max_connections) {
            shared_.host.count("connections");
            open_connection(descriptor, peer, {});
          } else {
            shared_.host.count("refused_connections");
            ::close(descriptor);
          }
        });
    shared_.host.listening(url_of(listener_->address(), config_.wire()));
    tell_listening();
    listener_->start();
  }

  /// How many may feed.
  [[nodiscard]] std::size_t ready_count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        connections_, [](const auto& item) { return item.second->is_ready(); }));
  }

  void tell_listening() {
    const auto count = ready_count();
    if (count == 0 && config_.require_feeder) {
      shared_.host.status(abi::SourceState::down, "no feeder is connected");
      return;
    }
    shared_.host.status(abi::SourceState::up,
                        "listening, " + std::to_string(count) +
                            (count == 1 ? " feeder connected" : " feeders connected"));
  }

  void dial() {
    shared_.host.status(abi::SourceState::connecting,
                        url_of(config_.addresses.front(), config_.wire()));
    dialer_.emplace(
        io_.context(),
        config_.addresses,
        common::Backoff::Options{.ceiling = config_.reconnect_max, .seed = std::random_device{}()},
        Dialer::Events{.connected =
                           [this](int descriptor, const Address& address) {
                             shared_.host.count("connections");
                             dialled_ = url_of(address, config_.wire());
                             open_connection(descriptor, dialled_, address.host);
                           },
                       .failed =
                           [this](const Address& address,
                                  const std::string& reason,
                                  common::Milliseconds /*wait*/) {
                             shared_.host.count("reconnects");
                             shared_.host.status(abi::SourceState::reconnecting,
                                                 url_of(address, config_.wire()) + ": " + reason);
                           }});
    dialer_->start();
  }

  /// `host`: whom we have dialled.
  void open_connection(int descriptor, const std::string& peer, const std::string& host) {
    do {
      last_id_ = (last_id_ + 1) % connection_id_end;
    } while (connections_.contains(last_id_));
    const std::uint32_t id = last_id_;
    auto connection = std::make_unique<FeedConnection>(
        io_.context(),
        FeedConnection::Options{
            .descriptor = descriptor,
            .tls = tls_ ? std::make_unique<common::TlsChannel>(*tls_, host) : nullptr,
            .handshake_max = config_.handshake_max,
            .must_speak = has_fallen_silent_},
        std::make_unique<FeedSession>(id, peer, shared_),
        FeedConnection::Events{
            .ready = [this] { on_ready(); },
            .named = [this, id] { on_named(id); },
            .closed = [this, id](const std::string& reason) { on_closed(id, reason); }});
    connections_.emplace(id, std::move(connection)).first->second->go_on();
  }

  void on_ready() {
    if (listener_) tell_listening();
    if (!dialer_) return;
    has_fallen_silent_ = false;
    shared_.host.status(abi::SourceState::up, "connected to " + dialled_);
  }

  /// A feeder that comes again has lost its older connection, whatever that looks like from here.
  /// What it had sent there it sends again; so nothing of it is taken any more.
  void on_named(std::uint32_t id) {
    const FeedSession& fresh = connections_.at(id)->session();
    for (auto& [other, connection] : connections_) {
      if (other == id || !connection->is_live() || !connection->session().is_same_feeder(fresh))
        continue;
      shared_.host.count("takeovers");
      connection->close("the same feeder has connected again");
    }
  }

  void on_closed(std::uint32_t id, const std::string& reason) {
    const auto at = connections_.find(id);
    if (at == connections_.end()) return;
    const auto connection = std::move(at->second);
    connections_.erase(at);
    if (is_stopping_) return;
    const FeedSession& session = connection->session();
    shared_.host.count("disconnects");
    if (!connection->is_ready() && !session.is_refused()) tell_stranger(session, reason);
    shared_.host.log(abi::Level::debug, "a feeder is gone: " + session.describe() + ": " + reason);
    shared_.upstream.on_gone(id);
    if (listener_) tell_listening();
    if (!dialer_) return;
    has_fallen_silent_ = has_fallen_silent_ || session.has_fallen_silent();
    dialer_->lost(reason, session.has_fed() ? Dialer::Was::good : Dialer::Was::useless);
  }

  /// It has not come so far that it could feed.
  void tell_stranger(const FeedSession& session, const std::string& reason) {
    shared_.host.count("handshake_failures");
    if (shared_.refusal_logs == 0) return;
    --shared_.refusal_logs;
    shared_.host.log(abi::Level::warning, session.describe() + ": " + reason);
  }

  void hand_out_receipts() {
    std::vector<std::uint32_t> touched;
    for (const common::ReceiptNote& note : inbox_.take()) {
      const auto owner = shared_.receipts.take(note.receipt);
      if (!owner) continue;
      const auto at = connections_.find(owner->connection);
      if (at == connections_.end() || !at->second->is_live()) continue;
      at->second->session().on_receipt(*owner, note.error);
      if (touched.empty() || touched.back() != owner->connection)
        touched.push_back(owner->connection);
    }
    for (const std::uint32_t id : touched) connections_.at(id)->go_on();
  }

  void send_upstream(abi::PendingSend pending, const protocol::Publication& publication) {
    if (ready_count() == 0) {
      pending.refuse(WEIR_ERROR_UNAVAILABLE, "no feeder is connected");
      return;
    }
    std::vector<weir_field> fields;
    const weir_publication entry = abi::to_publication(publication, fields);
    std::vector<std::uint32_t> sent_to;
    if (!shared_.upstream.is_full()) {
      for (auto& [id, connection] : connections_) {
        if (connection->is_ready() && connection->is_live() &&
            connection->session().send(entry, shared_.upstream.next_id()))
          sent_to.push_back(id);
      }
    }
    if (sent_to.empty()) {
      pending.refuse(WEIR_ERROR_OVERLOADED, "the feeders do not keep up with what they are sent");
      return;
    }
    shared_.upstream.open(std::move(pending), sent_to, now() + answer_max);
    for (const std::uint32_t id : sent_to) connections_.at(id)->go_on();
  }

  void schedule_tick() {
    ticks_.expires_after(tick_interval);
    ticks_.async_wait([this](boost::system::error_code fault) {
      if (fault || is_stopping_) return;
      shared_.refusal_logs = 1;
      for (auto& [id, connection] : connections_) connection->tick(now());
      shared_.upstream.expire(now());
      schedule_tick();
    });
  }

  TcpConfig config_;
  common::IoThread io_;  // before everything that uses its context
  std::optional<common::TlsContext> tls_;
  FeedShared shared_;
  common::ReceiptInbox inbox_;
  boost::asio::steady_timer ticks_;
  std::optional<Listener> listener_;
  std::optional<Dialer> dialer_;
  std::map<std::uint32_t, std::unique_ptr<FeedConnection>> connections_;
  std::string dialled_;  ///< the URL of the last connection that we made
  /// The one before it did, so this one counts from its first word on.
  bool has_fallen_silent_ = false;
  std::uint32_t last_id_ = 0;
  bool is_stopping_ = false;
};

TcpFeed::TcpFeed(const abi::Settings& settings, abi::Host host)
    : implementation_(std::make_unique<Implementation>(settings, host)) {
}

TcpFeed::~TcpFeed() = default;

void TcpFeed::start() {
  implementation_->start();
}

void TcpFeed::stop() {
  implementation_->stop();
}

void TcpFeed::resumed() {
  implementation_->resumed();
}

void TcpFeed::receipts(const abi::Receipts& receipts) {
  implementation_->receipts(receipts);
}

void TcpFeed::send(abi::PendingSend send, const weir_publication& publication) {
  implementation_->send(std::move(send), publication);
}

}  // namespace weir::adapters::tcp
