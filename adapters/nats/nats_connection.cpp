#include "adapters/nats/nats_connection.hpp"

#include "adapters/nats/nats_inbox.hpp"
#include "adapters/nats/nats_values.hpp"

#include <deque>
#include <map>
#include <nats/nats.h>
#include <optional>
#include <poll.h>
#include <utility>
#include <vector>

namespace weir::adapters::nats {

namespace {

using Failed = protocol::Unexpected<std::string>;
using Done = protocol::Result<void, std::string>;
using Next = protocol::Result<std::optional<common::BrokerEvent>, std::string>;
using common::Continuity;

/// How long the thread waits for the answer to a ping before it looks at anything else.
constexpr std::int64_t answer_wait_ms = 20;
/// What libnats may have to write when we give it more.
constexpr int buffered_bytes_max = 1 << 20;

/// What a callback of libnats needs to know. It lives until libnats has called for the last time,
/// which may be after everything else of ours has gone.
struct Route {
  std::shared_ptr<NatsInbox> inbox;
  std::uint64_t connection = 0;
  std::uint64_t subscription = 0;
  std::uint64_t body_bytes_max = 0;
};

struct DestroyConnection {
  void operator()(natsConnection* connection) const { natsConnection_Destroy(connection); }
};
using Connection = std::unique_ptr<natsConnection, DestroyConnection>;

struct DestroySubscription {
  void operator()(natsSubscription* subscription) const { natsSubscription_Destroy(subscription); }
};
using Subscription = std::unique_ptr<natsSubscription, DestroySubscription>;

// Callbacks, in threads of libnats.

void on_message(natsConnection* /*connection*/,
                natsSubscription* /*subscription*/,
                natsMsg* from,
                void* context) {
  const NatsMessage owned(from);
  const auto& route = *static_cast<const Route*>(context);
  common::Message message = to_message(*from, route.body_bytes_max);
  message.subscription = route.subscription;
  route.inbox->put(route.connection, std::move(message));
}

void on_error(natsConnection* connection,
              natsSubscription* /*subscription*/,
              natsStatus status,
              void* context) {
  const auto& route = *static_cast<const Route*>(context);
  if (status == NATS_SLOW_CONSUMER) {
    route.inbox->tell(route.connection,
                      common::Loss{.cause = WEIR_CAUSE_OVERFLOW, .origin = {}, .filter = {}});
    return;
  }
  route.inbox->tell(route.connection,
                    common::Complaint{"the server says: " + last_error(connection, status)});
}

void on_closed(natsConnection* connection, void* context) {
  const std::unique_ptr<const Route> route(static_cast<const Route*>(context));
  route->inbox->end(route->connection, last_error(connection, NATS_OK));
}

void on_complete(void* context) {
  const std::unique_ptr<const Route> ended(static_cast<const Route*>(context));
}

class NatsConnection final : public common::BrokerLink {
public:
  explicit NatsConnection(NatsConnectionOptions options) : options_(std::move(options)) {}

  protocol::Result<Continuity, std::string> open(std::size_t index) override {
    drop();
    number_ = inbox_->begin();
    if (auto done = connect(config().brokers.at(index)); !done) return Failed(done.error());
    if (!config().on_demand) {
      for (const std::string& subject : config().subjects) {
        if (auto done = subscribe_to(subject, 0); !done) return Failed(done.error());
      }
    }
    // what is published from now on comes
    const auto status =
        natsConnection_FlushTimeout(connection_.get(), config().patience.connect_timeout.count());
    if (status != NATS_OK) return Failed(reason(status));
    return config().subjects.empty() ? Continuity::kept : Continuity::lost;
  }

  void close() override { drop(); }

  void drop() override {
    subscriptions_.clear();
    connection_.reset();
    events_.clear();
    last_tag_ = 0;
    confirmed_ = 0;
  }

  void interrupt() override {}  // every call of libnats that we make has a deadline

  Done work() override {
    if (confirmed_ == last_tag_) return {};
    const auto status = natsConnection_FlushTimeout(connection_.get(), answer_wait_ms);
    if (status == NATS_TIMEOUT) return {};
    if (status != NATS_OK) return Failed(reason(status));
    confirmed_ = last_tag_;
    events_.emplace_back(common::Confirm{.tag = last_tag_, .is_multiple = true, .is_taken = true});
    return {};
  }

  Next next() override {
    if (!events_.empty()) {
      std::optional<common::BrokerEvent> event(std::move(events_.front()));
      events_.pop_front();
      return event;
    }
    auto event = inbox_->take();
    if (event) return event;
    if (const auto ended = inbox_->ended()) return Failed(*ended);
    return std::optional<common::BrokerEvent>();
  }

  void watch(common::Reading reading, std::vector<pollfd>& out) const override {
    if (reading == common::Reading::on) out.push_back({inbox_->descriptor(), POLLIN, 0});
  }

  [[nodiscard]] bool can_send() const override {
    return natsConnection_Buffered(connection_.get()) < buffered_bytes_max;
  }

  protocol::Result<std::uint64_t, std::string> publish(
      const common::OutgoingMessage& message) override {
    const std::uint64_t tag = ++last_tag_;
    inbox_->wake();  // to ask whether it has arrived
    const auto made = to_nats(message);
    if (!made) {
      give_back(tag, made.error());
      return tag;
    }
    const auto status = natsConnection_PublishMsg(connection_.get(), made->get());
    if (status == NATS_CONNECTION_CLOSED || status == NATS_CONNECTION_DISCONNECTED ||
        status == NATS_IO_ERROR || status == NATS_TIMEOUT)
      return Failed(reason(status));
    if (status != NATS_OK) give_back(tag, text_of_status(status));
    return tag;
  }

  Done subscribe(std::uint64_t id, std::span<const common::SubjectPattern> patterns) override {
    for (const common::SubjectPattern& pattern : patterns) {
      if (auto done = subscribe_to(pattern.text, id); !done) return done;
    }
    return {};
  }

  Done unsubscribe(std::uint64_t id,
                   std::span<const common::SubjectPattern> /*patterns*/) override {
    const auto [first, last] = subscriptions_.equal_range(id);
    for (auto at = first; at != last; ++at) natsSubscription_Unsubscribe(at->second.get());
    subscriptions_.erase(first, last);
    return {};
  }

private:
  [[nodiscard]] const NatsConfig& config() const { return options_.config; }

  [[nodiscard]] std::unique_ptr<Route> route(std::uint64_t subscription) const {
    return std::make_unique<Route>(Route{.inbox = inbox_,
                                         .connection = number_,
                                         .subscription = subscription,
                                         .body_bytes_max = options_.body_bytes_max});
  }

  [[nodiscard]] std::string reason(natsStatus status) const {
    return last_error(connection_.get(), status);
  }

  void give_back(std::uint64_t tag, const std::string& why) {
    events_.emplace_back(common::Returned{tag, "the server does not take it: " + why});
  }

  Done connect(const common::BrokerUrl& broker) {
    const auto options = make_options(config(), broker, options_.name);
    if (!options) return Failed(options.error());
    auto own = route(0);
    natsOptions_SetErrorHandler(options->get(), on_error, own.get());
    natsOptions_SetClosedCB(options->get(), on_closed, own.get());
    natsConnection* made = nullptr;
    const auto status = natsConnection_Connect(&made, options->get());
    if (status != NATS_OK) {
      const char* const text = nats_GetLastError(nullptr);
      return Failed(text != nullptr ? text : text_of_status(status));
    }
    static_cast<void>(own.release());  // on_closed ends it
    connection_.reset(made);
    return {};
  }

  Done subscribe_to(const std::string& subject, std::uint64_t id) {
    auto own = route(id);
    natsSubscription* made = nullptr;
    const auto status =
        natsConnection_Subscribe(&made, connection_.get(), subject.c_str(), on_message, own.get());
    if (status != NATS_OK) return Failed("subscribing to " + subject + ": " + reason(status));
    natsSubscription_SetOnCompleteCB(made, on_complete, own.release());
    subscriptions_.emplace(id, made);
    return {};
  }

  NatsConnectionOptions options_;
  std::shared_ptr<NatsInbox> inbox_ = std::make_shared<NatsInbox>();
  std::uint64_t number_ = 0;  ///< of the connection, in the inbox
  Connection connection_;
  std::multimap<std::uint64_t, Subscription> subscriptions_;  ///< by their ids
  std::deque<common::BrokerEvent> events_;                    ///< of our own
  std::uint64_t last_tag_ = 0;
  std::uint64_t confirmed_ = 0;  ///< up to this tag
};

}  // namespace

std::unique_ptr<common::BrokerLink> make_nats_connection(NatsConnectionOptions options) {
  return std::make_unique<NatsConnection>(std::move(options));
}

}  // namespace weir::adapters::nats
