#include "gateway/app/app.hpp"

#include "gateway/app/free_port.hpp"
#include "gateway/app/survey.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <numeric>
#include <random>
#include <thread>
#include <utility>

namespace weir::gateway::app {
namespace {

/// How long the admin port waits for the shards.
constexpr Duration patience = std::chrono::seconds(2);
/// Topics that it lists at most.
constexpr std::size_t topics_listed_max = 1000;

/// Counters of adapters that say: a message of the source was no entry, and was skipped.
constexpr std::array<std::string_view, 2> poison_counters{"bad_lines", "bad_messages"};
/// Counted by the ABI; a metric of its own.
constexpr std::string_view refused_counter = "refused_entries";

App::Options with_shards(App::Options options) {
  auto& shards = options.config.shards;
  if (shards == 0) shards = std::clamp(std::thread::hardware_concurrency(), 1U, 256U);
  return options;
}

std::vector<std::unique_ptr<adapters::common::WakeUp>> make_wake_ups(std::size_t count) {
  std::vector<std::unique_ptr<adapters::common::WakeUp>> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(std::make_unique<adapters::common::WakeUp>());
  return out;
}

TokenAuthenticator::Options authenticator_options(const config::Config& config,
                                                  std::vector<auth::Key> token_keys) {
  const auto& auth = config.auth;
  return {.rights = config.rights,
          .lets_anonymous_in = auth.anonymous,
          .keys = std::move(token_keys),
          .rules = {
              .issuer = auth.issuer, .audience = auth.audience, .leeway_s = auth.leeway_ms / 1000}};
}

std::vector<AddressPrefix> read_prefixes(const std::vector<std::string>& texts) {
  std::vector<AddressPrefix> prefixes;
  prefixes.reserve(texts.size());
  for (const auto& text : texts) prefixes.push_back(AddressPrefix::read(text).value());
  return prefixes;
}

std::vector<net::ListenerOptions> listener_options(const config::Config& config,
                                                   const TlsContexts& tls) {
  std::vector<net::ListenerOptions> listeners;
  for (std::size_t i = 0; i < config.listen.size(); ++i) {
    const auto& listen = config.listen[i];
    listeners.push_back({.address = listen.address,
                         .port = listen.port,
                         .role = http::ListenerRole::client,
                         .origins = listen.origins,
                         .allows_deflate = listen.deflate,
                         .tls = i < tls.listen.size() ? tls.listen[i] : std::nullopt,
                         .trusted_proxies = read_prefixes(listen.trusted_proxies),
                         .takes_proxy_header = listen.proxy_protocol});
  }
  return listeners;
}

double unix_time_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::uint64_t random_seed() {
  std::random_device random;
  return (std::uint64_t{random()} << 32U) | random();
}

std::string host_and_port(const net::BoundAddress& address) {
  const bool is_v6 = address.address.find(':') != std::string::npos;
  return (is_v6 ? "[" + address.address + "]" : address.address) + ":" +
         std::to_string(address.port);
}

void fill(metrics::MetricsSnapshot& snapshot, const AdapterInfo& adapter) {
  snapshot.adapter_published_entries.add({adapter.name}, 0);
  snapshot.adapter_refused_entries.add({adapter.name}, 0);
  snapshot.adapter_poison_messages.add({adapter.name}, 0);
  metrics::set_adapter_state(snapshot, adapter.name, name(adapter.status.state));
  for (const auto& [event, count] : adapter.events) {
    if (event == refused_counter) {
      snapshot.adapter_refused_entries.add({adapter.name}, count);
      continue;
    }
    snapshot.adapter_events.add({adapter.name, event}, count);
    if (std::ranges::find(poison_counters, event) != poison_counters.end()) {
      snapshot.adapter_poison_messages.add({adapter.name}, count);
    }
  }
}

}  // namespace

App::App(Options options)
    : options_(with_shards(std::move(options))),
      start_time_s_(unix_time_s()),
      wake_ups_(make_wake_ups(options_.config.shards)),
      links_(wake_ups()),
      admission_({.connections = options_.config.limits.connections,
                  .connections_per_ip = options_.config.limits.connections_per_ip,
                  .loopback_exempt = options_.config.limits.loopback_exempt}),
      places_(options_.config.limits.sessions_per_identity),
      authenticator_(authenticator_options(options_.config, std::move(options_.token_keys))),
      bridge_({.adapters = options_.config.adapters,
               .built_ins = options_.built_ins,
               .config_folder = options_.config_folder,
               .limits = options_.config.limits,
               .shards = wake_ups(),
               .log = &options_.log,
               .on_listening =
                   [this](std::string_view name, std::string_view url) {
                     options_.announce("listening adapter:" + std::string(name) + " " +
                                       std::string(url));
                   },
               .on_stuck = options_.on_stuck}),
      admin_(options_.config, options_.tls.admin, *this, options_.log) {
  make_shards();
}

App::~App() {
  // In this order: nobody publishes any more, then nobody takes any more.
  bridge_.stop();
}

void App::make_shards() {
  auto listeners = listener_options(options_.config, options_.tls);
  for (const auto& listener : listeners) {
    if (listener.port != 0) require_free_port(listener.address, listener.port);
  }
  for (ShardIndex i = 0; i < options_.config.shards; ++i) {
    shards_.push_back(std::make_unique<Shard>(Shard::Options{.index = i,
                                                             .config = options_.config,
                                                             .listeners = listeners,
                                                             .server = "weir/" + options_.version,
                                                             .seed = random_seed(),
                                                             .wake_up = *wake_ups_[i],
                                                             .link = links_.of(i),
                                                             .bridge = bridge_,
                                                             .authenticator = authenticator_,
                                                             .places = places_,
                                                             .admission = admission_,
                                                             .log = options_.log}));
    // Where any port would do, the first shard has found one, and the others share it.
    const auto& bound = shards_.front()->addresses();
    for (std::size_t n = 0; n < listeners.size(); ++n) listeners[n].port = bound[n].port;
  }
}

void App::start() {
  for (const auto& shard : shards_) shard->start();
  for (const auto& address : addresses()) options_.announce("listening " + address);
  bridge_.start();
  admin_.start();
  options_.log.info("app",
                    "started",
                    {{"version", options_.version},
                     {"shards", options_.config.shards},
                     {"adapters", bridge_.size()}});
}

bool App::reload(const config::Config& config,
                 std::vector<auth::Key> token_keys,
                 const TlsContexts& tls) {
  authenticator_.replace(authenticator_options(config, std::move(token_keys)));
  options_.log.set_level(config.log.level);
  admin_.change_certificate(tls.admin);
  const auto done = ask<bool>([listen = config.listen,
                               listeners = listener_options(config, tls),
                               cookie = config.auth.cookie](Shard& shard) {
    shard.change_clients(listen, listeners, cookie);
    return true;
  });
  return done.has_value();
}

void App::begin_stop() {
  is_draining_ = true;
  options_.log.info("app", "draining");
  // All of them first: a client that is sent away must not come back to the next shard.
  for (const auto& shard : shards_) std::ignore = shard->post([&] { shard->stop_accepting(); });
  for (const auto& shard : shards_) std::ignore = shard->post([&] { shard->close_connections(); });
}

bool App::is_drained() {
  const auto idle = ask<bool>([](Shard& shard) { return shard.is_idle(); });
  return idle && std::ranges::all_of(*idle, std::identity());
}

std::vector<std::string> App::addresses() const {
  std::vector<std::string> all;
  const auto& bound = shards_.front()->addresses();
  for (std::size_t i = 0; i < bound.size(); ++i) {
    const bool is_plain = options_.config.listen[i].tls.certificate.empty();
    all.push_back((is_plain ? "client ws://" : "client wss://") + host_and_port(bound[i]) + "/ws");
  }
  const bool is_plain = options_.config.admin.tls.certificate.empty();
  all.push_back((is_plain ? "admin http://" : "admin https://") + host_and_port(admin_.address()) +
                "/");
  return all;
}

std::optional<metrics::MetricsSnapshot> App::measure() {
  const auto parts = ask<metrics::MetricsSnapshot>([](Shard& shard) { return shard.measure(); });
  if (!parts) return std::nullopt;
  metrics::MetricsSnapshot sum;
  for (const auto& part : *parts) sum += part;
  for (const auto& adapter : bridge_.describe()) fill(sum, adapter);
  authenticator_.fill(sum);
  sum.dropped_log_lines = options_.log.dropped_lines();
  sum.suppressed_log_lines = options_.log.suppressed_lines();
  sum.build_info.add({options_.version}, 1);
  sum.start_time_s = start_time_s_;
  return sum;
}

std::vector<std::string> App::find_obstacles() {
  std::vector<std::string> obstacles;
  if (is_draining_) obstacles.emplace_back("draining");
  for (const auto& adapter : bridge_.describe()) {
    if (adapter.status.state == adapters::abi::SourceState::up) continue;
    obstacles.push_back("adapter " + adapter.name + " is " +
                        std::string(name(adapter.status.state)));
  }
  if (!ask<bool>([](Shard& /*shard*/) { return true; })) {
    obstacles.emplace_back("a shard has not answered in time");
  }
  return obstacles;
}

std::optional<Listing<SessionInfo>> App::list_sessions(const SessionQuery& query) {
  auto parts =
      ask<Listing<SessionInfo>>([query](Shard& shard) { return shard.list_sessions(query); });
  if (!parts) return std::nullopt;
  Listing<SessionInfo> sum;
  for (auto& part : *parts) {
    sum.total += part.total;
    std::ranges::move(part.items, std::back_inserter(sum.items));
  }
  keep_first(sum.items, query);
  return sum;
}

protocol::Result<SessionInfo, SessionFault> App::ask_session(SessionId id,
                                                             const SessionRequest& request) {
  using Answer = std::optional<SessionInfo>;
  const auto shard = session::Hub::shard_of(id, options_.config.shards);
  const auto answers = survey<Answer, Shard>(
      {shards_.at(shard).get()},
      [id, request](Shard& asked) { return asked.ask_session(id, request); },
      patience);
  if (!answers) return protocol::Unexpected(SessionFault::no_answer);
  if (!answers->front()) return protocol::Unexpected(SessionFault::unknown);
  return *answers->front();
}

protocol::Result<std::size_t, RevokeFault> App::revoke(const std::string& subject) {
  // First: who comes back between the two is refused.
  if (!authenticator_.revoke(subject, static_cast<std::int64_t>(unix_time_s()))) {
    return protocol::Unexpected(RevokeFault::too_many);
  }
  const auto counts =
      ask<std::size_t>([subject](Shard& shard) { return shard.end_sessions_of(subject); });
  if (!counts) return protocol::Unexpected(RevokeFault::no_answer);
  return std::accumulate(counts->begin(), counts->end(), std::size_t{0});
}

std::optional<Listing<TopicInfo>> App::list_topics(const std::string& filter) {
  const auto parts = ask<Listing<TopicInfo>>(
      [filter](Shard& shard) { return shard.list_topics(filter, topics_listed_max); });
  if (!parts) return std::nullopt;
  Listing<TopicInfo> sum;
  for (const auto& part : *parts) {
    sum.total += part.total;
    const auto room = std::min(part.items.size(), topics_listed_max - sum.items.size());
    std::ranges::copy_n(
        part.items.begin(), static_cast<std::ptrdiff_t>(room), std::back_inserter(sum.items));
  }
  return sum;
}

std::vector<adapters::common::WakeUp*> App::wake_ups() const {
  std::vector<adapters::common::WakeUp*> out;
  out.reserve(wake_ups_.size());
  for (const auto& wake_up : wake_ups_) out.push_back(wake_up.get());
  return out;
}

template <class Answer>
std::optional<std::vector<Answer>> App::ask(const std::function<Answer(Shard&)>& question) {
  std::vector<Shard*> targets;
  targets.reserve(shards_.size());
  for (const auto& shard : shards_) targets.push_back(shard.get());
  return survey<Answer, Shard>(targets, question, patience);
}

}  // namespace weir::gateway::app
