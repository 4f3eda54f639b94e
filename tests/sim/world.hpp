#pragma once

#include "gateway/session/hub.hpp"
#include "tests/sim/client.hpp"
#include "tests/sim/connection.hpp"
#include "tests/sim/doors.hpp"
#include "tests/sim/event_queue.hpp"
#include "tests/sim/operator.hpp"
#include "tests/sim/publications.hpp"
#include "tests/sim/rights.hpp"
#include "tests/sim/scenario.hpp"
#include "tests/sim/truth.hpp"
#include "tests/support/anonymous_only.hpp"
#include "tests/support/random.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::sim {

/// A whole gateway without sockets, threads or clocks: hubs, doors between them, sources, clients.
/// One seed gives one run, always the same.
class World {
public:
  explicit World(const Scenario& scenario);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  /// Lets everything happen, then lets it come to rest.
  /// Throws Violation where a promise is broken.
  void run();

  // For the parts
  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const Truth& truth() const { return truth_; }
  [[nodiscard]] gateway::session::Hub& hub(gateway::ShardIndex shard) {
    return *shards_.at(shard).hub;
  }
  [[nodiscard]] const gateway::session::Authenticator& authenticator() const {
    return authenticator_;
  }
  [[nodiscard]] const Rights& rights() const { return rights_; }
  [[nodiscard]] Operator& admin() { return operator_; }
  [[nodiscard]] TimePoint now() const { return queue_.now(); }
  [[nodiscard]] gateway::Now wall_now() const;
  /// The shard has everything that happened to this topic before then.
  [[nodiscard]] TimePoint known_until(std::string_view topic, gateway::ShardIndex shard) const;
  [[nodiscard]] std::uint64_t next_serial() { return ++serial_; }
  [[nodiscard]] const std::string& random_filter(Random& random) const;
  /// Something at this shard wants the end of a turn, as soon as this one is over.
  void touch(gateway::ShardIndex shard);
  /// Runs `action` in a turn of the connection's shard, if the connection is still the same.
  void plan_for(SimClient& client,
                std::uint64_t serial,
                TimePoint when,
                void (Connection::*action)());
  void plan_for(SimClient& client,
                std::uint64_t serial,
                TimePoint when,
                const std::function<void()>& action);
  /// Prints what goes by, where WEIR_SIM_TRACE is set.
  void trace(const SimClient& client, const char* direction, std::string_view text) const;

private:
  struct Shard {
    std::unique_ptr<Doors> doors;
    std::unique_ptr<gateway::session::Hub> hub;
    bool is_touched = false;
  };
  struct Source {
    std::string topic;
    protocol::Kind kind = protocol::Kind::value;
    bool has_positions = false;  ///< its own epochs and offsets
    int epoch = 1;
    Offset offset = 0;
    TimePoint born_at{};
  };

  void make_shards();
  void make_sources();
  void turn(gateway::ShardIndex shard, const std::function<void()>& action);
  void end_turn(gateway::ShardIndex shard);
  void publish_later();
  void publish();
  void publish_one(Source& source);
  void publish_misfit(const Source& source);
  /// Hands it to the topic's owner, and checks what the owner made of it.
  void accept(Source& source, protocol::Publication publication);
  void disturb(Source& source);
  void act_later(SimClient& client);
  void restrict_later();
  void reap();
  void watch_demand();
  void check_quiet();

  Scenario scenario_;
  Random random_;
  Operator operator_;
  Rights rights_;
  AnonymousOnly authenticator_{&rights_};
  EventQueue queue_;
  Truth truth_;
  std::vector<Shard> shards_;
  std::vector<Source> sources_;
  std::vector<std::unique_ptr<SimClient>> clients_;
  std::map<std::string, bool> told_demand_;
  std::uint64_t serial_ = 0;
  Publications publications_;
  bool is_in_turn_ = false;
  bool is_calm_ = false;
};

}  // namespace weir::tests::sim
