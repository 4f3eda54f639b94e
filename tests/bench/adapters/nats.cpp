// A NATS server through the C client libnats: core NATS.
#include "tests/bench/adapters/broker.hpp"

#include <nats/nats.h>
#include <stdexcept>

namespace weir::tests::bench {
namespace {

void check(natsStatus status, const char* what) {
  if (status == NATS_OK) return;
  throw std::runtime_error(std::string("nats: cannot ") + what + ": " + natsStatus_GetText(status));
}

class Connection {
public:
  explicit Connection(const Place& place) {
    const std::string url = "nats://127.0.0.1:" + std::to_string(place.port);
    check(natsConnection_ConnectTo(&handle_, url.c_str()), "connect");
  }
  ~Connection() { natsConnection_Destroy(handle_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] natsConnection* get() const { return handle_; }

private:
  natsConnection* handle_ = nullptr;
};

class NatsPublisher final : public Publisher {
public:
  explicit NatsPublisher(const Place& place) : connection_(place), subject_(place.name) {}

  void publish(std::string_view data) override {
    check(natsConnection_Publish(
              connection_.get(), subject_.c_str(), data.data(), static_cast<int>(data.size())),
          "publish");
  }
  void flush() override {}  // a thread of the library does it

private:
  Connection connection_;
  std::string subject_;
};

class NatsConsumer final : public Consumer {
public:
  explicit NatsConsumer(const Place& place) : connection_(place) {
    check(natsConnection_SubscribeSync(&subscription_, connection_.get(), place.name.c_str()),
          "subscribe");
    check(natsSubscription_SetPendingLimits(subscription_, -1, -1), "lift the limits");
    check(natsConnection_Flush(connection_.get()), "subscribe");
  }
  ~NatsConsumer() override { natsSubscription_Destroy(subscription_); }
  NatsConsumer(const NatsConsumer&) = delete;
  NatsConsumer& operator=(const NatsConsumer&) = delete;

  void take(const OnMessage& on_message) override {
    natsMsg* message = nullptr;
    const natsStatus status = natsSubscription_NextMsg(&message, subscription_, idle_ms);
    if (status == NATS_TIMEOUT) return;
    check(status, "take a message");
    on_message(
        {natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message))});
    natsMsg_Destroy(message);
  }

private:
  Connection connection_;
  natsSubscription* subscription_ = nullptr;
};

}  // namespace

std::unique_ptr<Publisher> make_nats_publisher(const Place& place) {
  return std::make_unique<NatsPublisher>(place);
}

std::unique_ptr<Consumer> make_nats_consumer(const Place& place) {
  return std::make_unique<NatsConsumer>(place);
}

}  // namespace weir::tests::bench
