#include "adapters/mqtt/mqtt_connection.hpp"

#include "adapters/common/blocking_dial.hpp"
#include "adapters/mqtt/mqtt_client.hpp"
#include "adapters/mqtt/mqtt_properties.hpp"

#include <chrono>
#include <deque>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <mutex>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::adapters::mqtt {

namespace {

using Clock = std::chrono::steady_clock;
using Failed = protocol::Unexpected<std::string>;
using Done = protocol::Result<void, std::string>;
using Next = protocol::Result<std::optional<common::BrokerEvent>, std::string>;
using common::Continuity;

constexpr int publish_qos = 1;       // so that there is an answer
constexpr int first_refusal = 0x80;  // of reason codes, and of what a subscription is granted

/// As libmosquitto wants a list of filters; it writes to none of them.
std::vector<char*> pointers_to(const std::vector<std::string>& filters) {
  std::vector<char*> pointers;
  pointers.reserve(filters.size());
  for (const std::string& filter : filters)
    pointers.push_back(
        const_cast<char*>(filter.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  return pointers;
}

bool is_lost(int status) {
  return status == MOSQ_ERR_NO_CONN || status == MOSQ_ERR_CONN_LOST || status == MOSQ_ERR_ERRNO ||
         status == MOSQ_ERR_TLS || status == MOSQ_ERR_NOMEM;
}

class MqttConnection final : public common::BrokerLink {
public:
  explicit MqttConnection(MqttConnectionOptions options) : options_(std::move(options)) {}

  protocol::Result<Continuity, std::string> open(std::size_t index) override {
    drop();
    deadline_ = Clock::now() + config().patience.connect_timeout;
    const common::BrokerUrl& broker = config().brokers.at(index);
    auto client = make_client(config(), broker, this);
    if (!client) return Failed(client.error());
    client_ = *std::move(client);
    set_callbacks();
    if (auto done = connect(broker); !done) return Failed(done.error());
    if (auto done = wait_until([this] { return has_session_.has_value(); }); !done)
      return Failed(done.error());
    if (!config().on_demand && !config().filters.empty()) {
      if (auto done = subscribe(config().filters, nullptr); !done) return Failed(done.error());
      if (auto done = wait_until([this] { return subscriptions_.empty(); }); !done)
        return Failed(done.error());
    }
    const bool is_kept = *has_session_ && config().qos > 0;
    return config().filters.empty() || is_kept ? Continuity::kept : Continuity::lost;
  }

  void close() override {
    if (client_) mosquitto_disconnect_v5(client_.get(), 0, nullptr);
    drop();
  }

  void drop() override {
    {
      const std::lock_guard lock(mutex_);
      descriptor_ = -1;
    }
    client_.reset();
    events_.clear();
    subscriptions_.clear();
    tags_.clear();
    last_tag_ = 0;
    has_session_.reset();
    fault_.reset();
  }

  void interrupt() override {
    const std::lock_guard lock(mutex_);
    if (descriptor_ >= 0) shutdown(descriptor_, SHUT_RDWR);
  }

  Done work() override {
    if (mosquitto_want_write(client_.get())) {
      if (auto done = check(mosquitto_loop_write(client_.get(), 1)); !done) return done;
    }
    return check(mosquitto_loop_misc(client_.get()));
  }

  Next next() override {
    if (events_.empty() && !fault_) {
      auto done = check(mosquitto_loop_read(client_.get(), 1));
      // what was read before it broke comes first
      if (!done && events_.empty()) return Failed(done.error());
    }
    if (events_.empty()) {
      if (fault_) return Failed(*fault_);
      return std::optional<common::BrokerEvent>();
    }
    std::optional<common::BrokerEvent> event(std::move(events_.front()));
    events_.pop_front();
    return event;
  }

  void watch(common::Reading reading, std::vector<pollfd>& out) const override {
    int events = reading == common::Reading::on ? POLLIN : 0;
    if (mosquitto_want_write(client_.get())) events |= POLLOUT;
    // without a wish, poll would still tell that the broker has gone, again and again
    if (events != 0) out.push_back({descriptor_, static_cast<short>(events), 0});
  }

  [[nodiscard]] bool can_send() const override { return !mosquitto_want_write(client_.get()); }

  protocol::Result<std::uint64_t, std::string> publish(
      const common::OutgoingMessage& message) override {
    const Properties properties =
        config().version == Version::v5 ? publish_properties(message) : Properties();
    int number = 0;
    const int status = mosquitto_publish_v5(client_.get(),
                                            &number,
                                            message.subject.c_str(),
                                            static_cast<int>(message.body.size()),
                                            message.body.data(),
                                            publish_qos,
                                            config().publish_retain,
                                            properties.get());
    const std::uint64_t tag = ++last_tag_;
    tags_[number] = tag;
    if (is_lost(status)) return Failed(check(status).error());
    // too large for the broker, for one: no reason to leave it
    if (status != MOSQ_ERR_SUCCESS) on_published(number, text_of_status(status));
    return tag;
  }

  Done subscribe(std::uint64_t id, std::span<const common::SubjectPattern> patterns) override {
    if (patterns.empty()) return {};
    return subscribe(texts_of(patterns), subscription_properties(id).get());
  }

  Done unsubscribe(std::uint64_t /*id*/,
                   std::span<const common::SubjectPattern> patterns) override {
    if (patterns.empty()) return {};
    const std::vector<std::string> filters = texts_of(patterns);
    const std::vector<char*> pointers = pointers_to(filters);
    return check(mosquitto_unsubscribe_multiple(
        client_.get(), nullptr, static_cast<int>(pointers.size()), pointers.data(), nullptr));
  }

private:
  [[nodiscard]] const MqttConfig& config() const { return options_.config; }

  static std::vector<std::string> texts_of(std::span<const common::SubjectPattern> patterns) {
    std::vector<std::string> texts;
    for (const common::SubjectPattern& pattern : patterns) texts.push_back(pattern.text);
    return texts;
  }

  /// What a call of libmosquitto has returned; the broker's own words go before.
  Done check(int status) {
    if (status == MOSQ_ERR_SUCCESS) return {};
    return Failed(fault_ ? *fault_ : text_of_status(status));
  }

  void set_callbacks() {
    mosquitto_connect_v5_callback_set(client_.get(), on_connect);
    mosquitto_disconnect_v5_callback_set(client_.get(), on_disconnect);
    mosquitto_message_v5_callback_set(client_.get(), on_message);
    mosquitto_publish_v5_callback_set(client_.get(), on_publish);
    mosquitto_subscribe_v5_callback_set(client_.get(), on_subscribe);
  }

  /// libmosquitto connects as long as the system tries to: so it is asked only when somebody is
  /// there, which can be found out within our own time.
  Done connect(const common::BrokerUrl& broker) {
    const auto dialled = common::blocking_dial({.host = broker.host,
                                                .port = broker.port,
                                                .timeout = config().patience.connect_timeout,
                                                .interrupt = options_.interrupt});
    if (!dialled) return Failed(dialled.error());
    ::close(*dialled);
    const bool keeps = config().has_session() && config().version == Version::v5;
    const Properties properties = keeps ? session_properties(config().session) : Properties();
    const auto heartbeat = config().patience.heartbeat / std::chrono::seconds(1);
    const int status = mosquitto_connect_bind_v5(client_.get(),
                                                 broker.host.c_str(),
                                                 broker.port,
                                                 static_cast<int>(heartbeat),
                                                 nullptr,
                                                 properties.get());
    if (auto done = check(status); !done) return done;
    const std::lock_guard lock(mutex_);
    descriptor_ = mosquitto_socket(client_.get());
    return {};
  }

  /// While connecting: does what is to be done until the condition holds.
  template <class Condition>
  Done wait_until(Condition holds) {
    while (!holds()) {
      if (fault_) return Failed(*fault_);
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
      if (left.count() <= 0) return Failed("the broker does not answer");
      std::vector<pollfd> watched;
      watch(common::Reading::on, watched);
      watched.push_back({options_.interrupt, POLLIN, 0});
      poll(watched.data(), watched.size(), static_cast<int>(left.count()));
      if (watched.back().revents != 0) return Failed("interrupted");
      if (auto done = check(mosquitto_loop_read(client_.get(), 1)); !done) return done;
      if (auto done = work(); !done) return done;
    }
    return {};
  }

  Done subscribe(const std::vector<std::string>& filters, const mosquitto_property* properties) {
    const std::vector<char*> pointers = pointers_to(filters);
    // what a session has kept needs no retained messages again
    const int options = config().version == Version::v5 ? MQTT_SUB_OPT_SEND_RETAIN_NEW : 0;
    int number = 0;
    auto done = check(mosquitto_subscribe_multiple(client_.get(),
                                                   &number,
                                                   static_cast<int>(pointers.size()),
                                                   pointers.data(),
                                                   config().qos,
                                                   options,
                                                   properties));
    if (done) subscriptions_[number] = filters;
    return done;
  }

  // Callbacks of libmosquitto: C, so nothing may be thrown through them but what ends us anyway.

  static MqttConnection& self(void* context) { return *static_cast<MqttConnection*>(context); }

  static void on_connect(mosquitto* /*client*/,
                         void* context,
                         int reason,
                         int flags,
                         const mosquitto_property* /*p*/) {
    constexpr int session_present = 1;  // MQTT 5.0, 3.2.2.1.1
    if (reason == 0) {
      self(context).has_session_ = (flags & session_present) != 0;
      return;
    }
    const bool is_v5 = self(context).config().version == Version::v5;
    self(context).fault_ = std::string("connecting: ") + (is_v5 ? mosquitto_reason_string(reason)
                                                                : mosquitto_connack_string(reason));
  }

  static void on_disconnect(mosquitto* /*client*/,
                            void* context,
                            int reason,
                            const mosquitto_property* /*properties*/) {
    auto& fault = self(context).fault_;
    if (fault) return;  // it has said why
    const bool is_the_brokers = reason >= first_refusal;
    fault = is_the_brokers
                ? std::string("the broker has closed it: ") + mosquitto_reason_string(reason)
                : text_of_status(reason);
  }

  static void on_message(mosquitto* /*client*/,
                         void* context,
                         const mosquitto_message* from,
                         const mosquitto_property* properties) {
    common::Message message;
    message.subject = from->topic;
    message.body_bytes = static_cast<std::uint64_t>(from->payloadlen);
    message.is_too_big = message.body_bytes > self(context).options_.body_bytes_max;
    if (!message.is_too_big && from->payloadlen > 0)
      message.body.assign(static_cast<const char*>(from->payload), message.body_bytes);
    copy_properties(properties, message);
    self(context).events_.emplace_back(std::move(message));
  }

  static void on_publish(mosquitto* /*client*/,
                         void* context,
                         int number,
                         int reason,
                         const mosquitto_property* /*properties*/) {
    const bool is_refused = reason >= first_refusal;
    self(context).on_published(number, is_refused ? mosquitto_reason_string(reason) : "");
  }

  void on_published(int number, const std::string& refusal) {
    const auto at = tags_.find(number);
    if (at == tags_.end()) return;
    const std::uint64_t tag = at->second;
    tags_.erase(at);
    if (!refusal.empty())
      events_.emplace_back(common::Returned{tag, "the broker does not take it: " + refusal});
    events_.emplace_back(common::Confirm{.tag = tag, .is_multiple = false, .is_taken = true});
  }

  // NOLINTNEXTLINE(readability-function-size): so many arguments has libmosquitto
  static void on_subscribe(mosquitto* /*client*/,
                           void* context,
                           int number,
                           int count,
                           const int* granted,
                           const mosquitto_property* /*properties*/) {
    auto& subscriptions = self(context).subscriptions_;
    const auto at = subscriptions.find(number);
    if (at == subscriptions.end()) return;
    const std::vector<std::string> filters = std::move(at->second);
    subscriptions.erase(at);
    for (std::size_t i = 0; i < filters.size() && i < static_cast<std::size_t>(count); ++i) {
      if (granted[i] < first_refusal) continue;
      self(context).events_.emplace_back(
          common::Complaint{"the broker does not let us subscribe to '" + filters[i] +
                            "': " + mosquitto_reason_string(granted[i])});
    }
  }

  MqttConnectionOptions options_;
  Clock::time_point deadline_;  ///< of connecting
  Client client_;
  std::deque<common::BrokerEvent> events_;                           ///< of callbacks
  std::optional<bool> has_session_;                                  ///< it took us, and kept one
  std::optional<std::string> fault_;                                 ///< why it is of no use
  std::unordered_map<int, std::vector<std::string>> subscriptions_;  ///< not answered yet
  std::unordered_map<int, std::uint64_t> tags_;                      ///< of what is not confirmed
  std::uint64_t last_tag_ = 0;

  std::mutex mutex_;  ///< of the descriptor, where `interrupt` could see it change
  int descriptor_ = -1;
};

}  // namespace

std::unique_ptr<common::BrokerLink> make_mqtt_connection(MqttConnectionOptions options) {
  return std::make_unique<MqttConnection>(std::move(options));
}

}  // namespace weir::adapters::mqtt
