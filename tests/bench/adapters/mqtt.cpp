// An MQTT broker through libmosquitto: MQTT 3.1.1, QoS 0.
#include "tests/bench/adapters/broker.hpp"

#include <mosquitto.h>
#include <stdexcept>

namespace weir::tests::bench {
namespace {

constexpr int keepalive_s = 60;
constexpr int quality = 0;
constexpr int handshake_turns_max = 1000;  // of 10 ms

void check(int status, const char* what) {
  if (status == MOSQ_ERR_SUCCESS) return;
  throw std::runtime_error(std::string("mqtt: cannot ") + what + ": " + mosquitto_strerror(status));
}

/// The library wants to be initialised once.
struct Library {
  Library() { mosquitto_lib_init(); }
  ~Library() { mosquitto_lib_cleanup(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

class Client {
public:
  explicit Client(const Place& place) {
    static const Library library;
    handle_ = mosquitto_new(nullptr, true, this);
    if (handle_ == nullptr) throw std::runtime_error("mqtt: no memory");
    mosquitto_connect_callback_set(handle_, [](mosquitto* /*handle*/, void* self, int status) {
      static_cast<Client*>(self)->is_answered_ = status == 0;
    });
    mosquitto_subscribe_callback_set(
        handle_,
        [](mosquitto* /*handle*/, void* self, int /*mid*/, int /*count*/, const int* /*granted*/) {
          static_cast<Client*>(self)->is_answered_ = true;
        });
    mosquitto_message_callback_set(
        handle_, [](mosquitto* /*handle*/, void* self, const mosquitto_message* message) {
          const auto* client = static_cast<Client*>(self);
          if (client->on_message_ == nullptr) return;
          (*client->on_message_)({static_cast<const char*>(message->payload),
                                  static_cast<std::size_t>(message->payloadlen)});
        });
    check(mosquitto_connect(handle_, "127.0.0.1", place.port, keepalive_s), "connect");
    wait_for_answer("the broker does not answer");
  }
  ~Client() { mosquitto_destroy(handle_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void subscribe(const std::string& topic) {
    is_answered_ = false;
    check(mosquitto_subscribe(handle_, nullptr, topic.c_str(), quality), "subscribe");
    wait_for_answer("the subscription is not confirmed");
  }
  void publish(const std::string& topic, std::string_view data) {
    const auto bytes = static_cast<int>(data.size());
    check(mosquitto_publish(handle_, nullptr, topic.c_str(), bytes, data.data(), quality, false),
          "publish");
  }
  void turn(int wait_ms, const Consumer::OnMessage* on_message) {
    on_message_ = on_message;
    check(mosquitto_loop(handle_, wait_ms, 1), "go on");
  }

private:
  void wait_for_answer(const char* complaint) {
    for (int turns = 0; !is_answered_; ++turns) {
      if (turns == handshake_turns_max) throw std::runtime_error(std::string("mqtt: ") + complaint);
      turn(idle_ms, nullptr);
    }
  }

  mosquitto* handle_ = nullptr;
  bool is_answered_ = false;
  const Consumer::OnMessage* on_message_ = nullptr;
};

class MqttPublisher final : public Publisher {
public:
  explicit MqttPublisher(const Place& place) : client_(place), topic_(place.name) {}

  void publish(std::string_view data) override { client_.publish(topic_, data); }
  void flush() override { client_.turn(0, nullptr); }

private:
  Client client_;
  std::string topic_;
};

class MqttConsumer final : public Consumer {
public:
  explicit MqttConsumer(const Place& place) : client_(place) { client_.subscribe(place.name); }

  void take(const OnMessage& on_message) override { client_.turn(idle_ms, &on_message); }

private:
  Client client_;
};

}  // namespace

std::unique_ptr<Publisher> make_mqtt_publisher(const Place& place) {
  return std::make_unique<MqttPublisher>(place);
}

std::unique_ptr<Consumer> make_mqtt_consumer(const Place& place) {
  return std::make_unique<MqttConsumer>(place);
}

}  // namespace weir::tests::bench
