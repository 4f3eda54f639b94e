#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace weir::tests::bench {

/// Where messages come from.
struct Place {
  std::string broker;          ///< amqp, mqtt, nats, redis or tcp
  std::uint16_t port = 0;      ///< on 127.0.0.1
  std::string name = "bench";  ///< of the queue, topic, subject, channel or stream
};

/// Publishes to a broker as fast as that takes it, on a connection of its own. One thread.
/// Errors: throws what the library says.
class Publisher {
public:
  virtual ~Publisher() = default;
  /// May hold it back until `flush`.
  virtual void publish(std::string_view data) = 0;
  virtual void flush() = 0;
};

/// What a program does that takes the messages itself, as the examples of the library do it: the
/// loop that an adapter is compared with. Subscribed when it is built. One thread.
/// Errors: throws what the library says.
class Consumer {
public:
  using OnMessage = std::function<void(std::string_view data)>;
  virtual ~Consumer() = default;
  /// One turn of the loop: takes what the library gives at once, and waits some ms if that is
  /// nothing.
  virtual void take(const OnMessage& on_message) = 0;
};

/// Shape: of a turn of the loop that gets nothing.
inline constexpr int idle_ms = 10;

[[nodiscard]] std::unique_ptr<Publisher> make_publisher(const Place& place);
[[nodiscard]] std::unique_ptr<Consumer> make_consumer(const Place& place);

// One file for each library
[[nodiscard]] std::unique_ptr<Publisher> make_amqp_publisher(const Place& place);
[[nodiscard]] std::unique_ptr<Consumer> make_amqp_consumer(const Place& place);
[[nodiscard]] std::unique_ptr<Publisher> make_mqtt_publisher(const Place& place);
[[nodiscard]] std::unique_ptr<Consumer> make_mqtt_consumer(const Place& place);
[[nodiscard]] std::unique_ptr<Publisher> make_nats_publisher(const Place& place);
[[nodiscard]] std::unique_ptr<Consumer> make_nats_consumer(const Place& place);
[[nodiscard]] std::unique_ptr<Publisher> make_redis_publisher(const Place& place);
[[nodiscard]] std::unique_ptr<Consumer> make_redis_consumer(const Place& place);
[[nodiscard]] std::unique_ptr<Publisher> make_tcp_publisher(const Place& place);
[[nodiscard]] std::unique_ptr<Consumer> make_tcp_consumer(const Place& place);

}  // namespace weir::tests::bench
