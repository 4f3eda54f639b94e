#include "tests/sim/world.hpp"

#include "tests/sim/violation.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace weir::tests::sim {

using gateway::ShardIndex;
using gateway::session::Hub;

namespace {

constexpr auto linger = std::chrono::milliseconds(700);

const std::vector<std::string> filters{
    "#",   "q/+",   "q/a",      "q/b",    "s/#",    "s/a", "s/+/c", "+/a", "x/#", "x/a", "c/+",
    "c/a", "s/b/c", "secret/#", "late/+", "late/a", "r/a", "t/+",   "t/a", "x/t", "c/t", "+/r"};

}  // namespace

World::World(const Scenario& scenario)
    : scenario_(scenario),
      random_(scenario.seed),
      operator_(scenario_),
      rights_(operator_.configured()),
      publications_(scenario_, random_) {
  make_shards();
  make_sources();
  for (std::size_t i = 0; i < scenario_.clients; ++i) {
    clients_.push_back(std::make_unique<SimClient>(*this, i, scenario_.seed * 100 + i));
  }
}

World::~World() {
  // Sessions go before the hubs that they stand in.
  clients_.clear();
}

gateway::Now World::wall_now() const {
  constexpr std::int64_t began_ms = 1'790'000'000'000;
  const auto passed =
      std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch());
  return {now(), began_ms + passed.count()};
}

TimePoint World::known_until(std::string_view topic, ShardIndex shard) const {
  const auto owner = gateway::session::owner_of(topic, scenario_.shards);
  return owner == shard ? now() : shards_.at(owner).doors->arrived_until(shard);
}

const std::string& World::random_filter(Random& random) const {
  return filters[random.below(filters.size())];
}

void World::trace(const SimClient& client, const char* direction, std::string_view text) const {
  static const bool is_on = std::getenv("WEIR_SIM_TRACE") != nullptr;
  if (!is_on) return;
  const std::chrono::duration<double> time = now().time_since_epoch();
  std::cout << time.count() << " client " << client.index() << " " << direction << " "
            << text.size() << " " << text.substr(0, 200) << "\n";
}

void World::make_shards() {
  const auto rules = operator_.rules();
  for (ShardIndex shard = 0; shard < scenario_.shards; ++shard) {
    auto doors = std::make_unique<Doors>(
        scenario_,
        queue_,
        random_,
        Doors::Hooks{
            [this, shard](ShardIndex to, Doors::Message&& message) {
              turn(to, [&] { hub(to).on_link(shard, std::move(message)); });
            },
            [this, shard](ShardIndex to) { turn(shard, [&] { hub(shard).on_room(to); }); }});
    gateway::session::HubOptions options;
    options.shard = shard;
    options.shards = scenario_.shards;
    options.rules = gateway::topics::TopicRules(rules);
    options.seed = scenario_.seed * 16 + shard;
    options.linger = linger;
    auto hub = std::make_unique<Hub>(std::move(options), *doors, nullptr);
    shards_.push_back({std::move(doors), std::move(hub), false});
  }
}

void World::make_sources() {
  using protocol::Kind;
  const std::vector<std::pair<const char*, Kind>> topics{{"q/a", Kind::value},
                                                         {"q/b", Kind::value},
                                                         {"s/a", Kind::stream},
                                                         {"s/b/c", Kind::stream},
                                                         {"x/a", Kind::value},
                                                         {"x/b", Kind::value},
                                                         {"secret/a", Kind::value},
                                                         {"late/a", Kind::stream},
                                                         {"late/b", Kind::stream},
                                                         {"r/a", Kind::record},
                                                         {"t/a", Kind::table},
                                                         {"t/b", Kind::table},
                                                         {"x/r", Kind::record},
                                                         {"x/t", Kind::table},
                                                         {"late/r", Kind::record},
                                                         {"late/t", Kind::table}};
  for (const auto& [name, kind] : topics) {
    if (has_parts(kind) && !scenario_.has_parts) continue;
    Source source;
    source.topic = name;
    source.kind = kind;
    source.has_positions = name[0] == 'x';
    if (name[0] == 'l') {
      source.born_at = scenario_.has_late_topics
                           ? now() + std::chrono::milliseconds(random_.below(5000))
                           : TimePoint::max();
    }
    sources_.push_back(std::move(source));
  }
}

void World::touch(ShardIndex shard) {
  if (std::exchange(shards_.at(shard).is_touched, true)) return;
  queue_.after({}, [this, shard] { turn(shard, [] {}); });
}

void World::plan_for(SimClient& client,
                     std::uint64_t serial,
                     TimePoint when,
                     void (Connection::*action)()) {
  plan_for(client, serial, when, [&client, action] { (client.connection()->*action)(); });
}

void World::plan_for(SimClient& client,
                     std::uint64_t serial,
                     TimePoint when,
                     const std::function<void()>& action) {
  queue_.at(when, [this, &client, serial, action] {
    const auto* connection = client.connection();
    if (connection == nullptr || connection->serial() != serial || connection->is_done()) return;
    turn(connection->shard(), action);
  });
}

void World::turn(ShardIndex shard, const std::function<void()>& action) {
  if (is_in_turn_) return queue_.after({}, [this, shard, action] { turn(shard, action); });
  is_in_turn_ = true;
  shards_.at(shard).is_touched = false;
  hub(shard).begin_turn(wall_now());
  action();
  end_turn(shard);
  is_in_turn_ = false;
  reap();
}

void World::end_turn(ShardIndex shard) {
  ShardState state;
  hub(shard).visit_topics("#", [&](const gateway::topics::Topic& topic) {
    if (topic.feed == 0) truth_.observe(topic);
    state.add(topic);
  });
  for (const auto& client : clients_) {
    auto* connection = client->connection();
    if (connection != nullptr && connection->shard() == shard) connection->watch_births(state);
  }
  for (int round = 0, busy = 1; busy > 0; ++round) {
    require(round < 10'000, Promise::stall, "a turn without end");
    busy = 0;
    for (const auto& client : clients_) {
      auto* connection = client->connection();
      if (connection != nullptr && connection->shard() == shard && connection->flush()) ++busy;
    }
  }
  hub(shard).end_turn();
  for (const auto& client : clients_) {
    auto* connection = client->connection();
    if (connection != nullptr && connection->shard() == shard) connection->settle(state);
  }
  if (shard == 0) watch_demand();
}

void World::reap() {
  for (const auto& client : clients_) {
    const auto* connection = client->connection();
    if (connection == nullptr || !connection->is_done()) continue;
    const auto shard = connection->shard();
    turn(shard, [&] { client->drop_connection(); });
  }
}

void World::publish_later() {
  const auto average_us =
      std::chrono::duration_cast<std::chrono::microseconds>(scenario_.publish_every).count();
  const auto wait =
      std::chrono::microseconds(1 + random_.below(static_cast<std::uint64_t>(2 * average_us)));
  queue_.after(wait, [this] {
    if (is_calm_) return;
    publish();
    publish_later();
  });
}

void World::publish() {
  for (auto left = random_.once_in(8) ? 1 + random_.below(20) : 1; left > 0; --left) {
    auto& source = sources_[random_.below(sources_.size())];
    if (source.born_at > now()) continue;
    const auto owner = gateway::session::owner_of(source.topic, scenario_.shards);
    const auto times = random_.once_in(6) ? 1 + random_.below(6) : 1;
    turn(owner, [&] {
      if (random_.once_in(60)) disturb(source);
      for (std::uint64_t i = 0; i < times; ++i) publish_one(source);
    });
  }
}

void World::publish_one(Source& source) {
  if (scenario_.has_misfits && random_.once_in(30)) publish_misfit(source);
  if (scenario_.has_churn && !source.has_positions && random_.once_in(200) &&
      has_parts(source.kind)) {
    for (auto& one : publications_.churn(source.kind)) accept(source, std::move(one));
  }
  // The entries that a whole table comes to have to be seen before the ring drops the first.
  const auto* topic = truth_.find(source.topic);
  const bool may_be_whole = !source.has_positions && source.kind == protocol::Kind::table &&
                            topic != nullptr &&
                            topic->life().states()->newest().rows() + 4 <= scenario_.ring_entries;
  accept(source, publications_.next(source.kind, may_be_whole));
}

void World::publish_misfit(const Source& source) {
  const auto* topic = truth_.find(source.topic);
  if (topic == nullptr || topic->lives.empty()) return;
  const auto head = topic->life().head();
  auto publication = publications_.misfit(source.kind);
  publication.topic = source.topic;
  const auto owner = gateway::session::owner_of(source.topic, scenario_.shards);
  const auto accepted = hub(owner).accept(std::move(publication));
  require(!accepted && accepted.error().code == protocol::ErrorCode::wrong_kind,
          Promise::content,
          "taken, and does not fit: " + source.topic);
  hub(owner).visit_topics(source.topic,
                          [&](const gateway::topics::Topic& one) { truth_.observe(one); });
  require(topic->life().head() == head, Promise::content, "an entry was made of a refusal");
}

void World::accept(Source& source, protocol::Publication publication) {
  publication.topic = source.topic;
  if (source.has_positions) {
    source.offset += 1 + random_.below(4);
    publication.source_position =
        protocol::Position{"s" + std::to_string(source.epoch), source.offset};
  }
  const auto* known = truth_.find(source.topic);
  const auto before = known == nullptr ? 0 : known->life().head();
  const auto owner = gateway::session::owner_of(source.topic, scenario_.shards);
  const auto published = publication;
  const auto accepted = hub(owner).accept(std::move(publication));
  require(accepted.has_value(), Promise::reply, "a source is refused");
  hub(owner).visit_topics(source.topic,
                          [&](const gateway::topics::Topic& topic) { truth_.observe(topic); });
  const auto& life = truth_.find(source.topic)->life();
  require(life.head() == accepted->offset && life.epoch() == accepted->epoch,
          Promise::reply,
          "another place");
  const bool is_whole =
      has_parts(source.kind) && published.operation == protocol::Operation::replace;
  require(is_whole || source.has_positions || life.head() == before + 1 || life.head() == 1,
          Promise::order,
          "a hole");
  if (is_whole) {
    Fold fold(source.kind);
    fold.replace(published.payload.bytes);
    require(fold.digest({}) == life.states()->newest().digest({}),
            Promise::content,
            "another whole than was published: " + source.topic);
  } else {
    const auto* entry = life.find(life.head());
    require(entry->operation == published.operation && entry->key == published.key &&
                entry->fields == published.fields && entry->payload == published.payload,
            Promise::content,
            "another entry than was published: " + source.topic);
  }
}

void World::disturb(Source& source) {
  const auto owner = gateway::session::owner_of(source.topic, scenario_.shards);
  if (scenario_.has_stale && random_.once_in(2))
    hub(owner).set_stale(source.topic, random_.once_in(2));
  if (!scenario_.has_resets || !random_.once_in(2)) return;
  if (source.has_positions) {
    ++source.epoch;
    source.offset = 0;
  } else {
    hub(owner).reset(source.topic);
    hub(owner).visit_topics(source.topic,
                            [&](const gateway::topics::Topic& topic) { truth_.observe(topic); });
  }
}

void World::act_later(SimClient& client) {
  const auto wait = is_calm_ ? 700 : 1 + random_.below(120);
  queue_.after(std::chrono::milliseconds(wait), [this, &client] {
    const auto* connection = client.connection();
    const auto shard = connection == nullptr ? 0 : connection->shard();
    turn(shard, [&] { is_calm_ ? client.keep_alive() : client.act(); });
    act_later(client);
  });
}

void World::restrict_later() {
  queue_.after(operator_.until_next(), [this] {
    if (is_calm_) return;
    auto* connection = clients_[operator_.chosen(clients_.size())]->connection();
    const bool is_open = connection != nullptr && !connection->is_closing();
    if (is_open) turn(connection->shard(), [&] { connection->restrict(operator_.change()); });
    restrict_later();
  });
}

void World::watch_demand() {
  for (const auto& signal : hub(0).take_demand()) {
    require(told_demand_[signal.filter] != signal.is_wanted,
            Promise::demand,
            "told again: " + signal.filter);
    told_demand_[signal.filter] = signal.is_wanted;
  }
}

void World::run() {
  for (const auto& client : clients_) {
    queue_.after({}, [this, &client] { turn(0, [&] { client->act(); }); });
    act_later(*client);
  }
  publish_later();
  if (scenario_.has_operator) restrict_later();
  queue_.run_until(now() + scenario_.length);
  is_calm_ = true;
  for (int round = 0; round < 3; ++round) {
    for (const auto& client : clients_) {
      const auto* connection = client->connection();
      turn(connection == nullptr ? 0 : connection->shard(), [&] { client->calm_down(); });
    }
    queue_.run_until(now() + std::chrono::seconds(1));
  }
  queue_.run_until(now() + std::chrono::seconds(60));
  check_quiet();
}

void World::check_quiet() {
  for (ShardIndex shard = 0; shard < scenario_.shards; ++shard) turn(shard, [] {});
  for (const auto& client : clients_) {
    require(client->connection() != nullptr,
            Promise::life,
            "a client that does all it should was closed");
    client->connection()->oracle().check_quiet();
  }
  std::map<std::string, bool> wanted;
  for (const auto& client : clients_) {
    for (const auto& filter : client->filters()) wanted[filter] = true;
  }
  for (const auto& [filter, is_wanted] : told_demand_) {
    require(is_wanted == wanted.contains(filter), Promise::demand, "not as told: " + filter);
  }
  for (const auto& [filter, is_wanted] : wanted) {
    require(told_demand_[filter], Promise::demand, "never told: " + filter);
  }
}

}  // namespace weir::tests::sim
