#pragma once

#include "protocol/core/command.hpp"
#include "protocol/native/json_client.hpp"
#include "tests/sim/connection.hpp"
#include "tests/sim/publications.hpp"
#include "tests/support/random.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace weir::tests::sim {

class World;

/// One client across its connections: what it wants, how far it has come, and what it does next.
/// Resumes with what it has received, as an SDK would.
class SimClient {
public:
  SimClient(World& world, std::size_t index, std::uint64_t seed);

  void on_message(const Arrival& arrival);
  /// Does one thing, whatever comes to its mind.
  void act();
  /// Says that it lives.
  void keep_alive();
  /// No more adventures: connected, fast, and handling all that comes.
  void calm_down();

  [[nodiscard]] Connection* connection() const { return connection_.get(); }
  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] std::set<std::string> filters() const;
  void drop_connection();
  void connect();
  [[nodiscard]] bool is_calm() const { return is_calm_; }

private:
  /// How far it has come in a topic, and what it can resume from there with.
  struct Held {
    protocol::Position position;
    Fields fields;  ///< none: all
    bool has_parts = false;
    bool has_state = false;  ///< else only a place was told
  };
  struct Name {
    std::string topic;
    protocol::Epoch epoch;
    bool has_parts = false;
  };

  void on_topic(const protocol::TopicEvent& event);
  void on_delivery(const protocol::native::ReceivedDelivery& delivery, const Arrival& arrival);
  void subscribe(const std::string& filter, bool resumes);
  void change_limits();
  void publish();
  void ack();
  [[nodiscard]] bool is_pending(const std::string& filter) const;
  void send(protocol::Command command);
  [[nodiscard]] protocol::SubscribeOptions random_options();
  [[nodiscard]] protocol::SessionWishes random_wishes();
  [[nodiscard]] protocol::Positions positions_for(const std::string& filter) const;
  [[nodiscard]] protocol::Publication random_publication();
  [[nodiscard]] Link random_link();

  World* world_;
  std::size_t index_;
  Random random_;
  std::unique_ptr<Connection> connection_;
  protocol::RequestId next_id_ = 1;
  std::map<std::string, protocol::SubscribeOptions> wanted_;
  std::map<protocol::RequestId, std::string> pending_;  ///< subscribes without a reply
  std::map<std::string, Held> held_;                    ///< by topic
  std::map<protocol::TopicNumber, Name> names_;         ///< of this connection
  std::uint64_t handled_bytes_ = 0;
  bool is_ack_planned_ = false;
  bool is_silent_ = false;
  bool is_calm_ = false;
  Publications publications_;
  int published_ = 0;
};

}  // namespace weir::tests::sim
