#include "gateway/app/shard.hpp"

#include "gateway/app/client_routes.hpp"
#include "gateway/app/event_stream.hpp"
#include "gateway/app/shard_metrics.hpp"
#include "gateway/app/turn_away.hpp"
#include "gateway/auth/handshake_token.hpp"
#include "gateway/session/session.hpp"
#include "protocol/catalog/catalog.hpp"

#include <algorithm>
#include <utility>

namespace weir::gateway::app {
namespace {

/// What one turn takes of the other shards and of the adapters. As much as the smallest ring keeps,
/// so that a client that reads gets every entry, however fast they come.
constexpr std::size_t entries_per_turn = 64;

/// Clients that a restart sends away come back within this time, not all at once.
constexpr Duration retry_spread = std::chrono::seconds(5);

topics::TopicRules to_rules(const std::vector<config::TopicConfig>& configs) {
  std::vector<topics::TopicRule> rules;
  rules.reserve(configs.size());
  for (const auto& config : configs) {
    rules.push_back({.filter = config.filter,
                     .kind = config.kind,
                     .ring_entries = config.ring_entries,
                     .ring_bytes = config.ring_bytes,
                     .max_rate = config.max_rate,
                     .max_delay = milliseconds(config.max_delay_ms)});
  }
  return topics::TopicRules(std::move(rules));
}

session::HubOptions hub_options(const Shard::Options& options) {
  session::HubOptions hub;
  hub.shard = options.index;
  hub.shards = options.config.shards;
  hub.limits = options.config.limits;
  hub.rules = to_rules(options.config.topics);
  hub.server = options.server;
  hub.seed = options.seed;
  return hub;
}

net::FrontEndOptions front_end_options(const Shard::Options& options) {
  net::FrontEndOptions front_end;
  front_end.limits = options.config.limits;
  front_end.listeners = options.listeners;
  front_end.reuses_port = options.config.shards > 1;
  front_end.routes = {{.path = "/ws"}, {.path = events_path, .is_event_stream = true}};
  for (const auto name : protocol::catalog::subprotocols()) {
    front_end.routes[0].subprotocols.emplace_back(name);
  }
  const auto& echo = options.config.echo;
  front_end.echo = {echo.enabled, echo.max_message_bytes, echo.deflate};
  front_end.close_grace =
      std::min(front_end.close_grace, milliseconds(options.config.limits.drain_ms));
  front_end.admission = &options.admission;
  return front_end;
}

std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

Shard::Shard(const Options& options)
    : options_(options),
      listen_(options.config.listen),
      cookie_(options.config.auth.cookie),
      adapters_(options.index, options.bridge),
      replays_(options.index, options.bridge),
      hub_(hub_options(options), options.link, &adapters_, &replays_),
      rates_({.per_s = static_cast<double>(options.config.limits.publishes_per_s),
              .burst = static_cast<double>(options.config.limits.publishes_burst)}),
      loop_(options.wake_up,
            {.on_wake = [this] { on_wake(); }, .on_deadline = [this] { run_empty_turn(); }}),
      front_end_(std::make_unique<net::FrontEnd>(
          loop_.io(), front_end_options(options), *this, options.log)) {
}

Shard::~Shard() {
  loop_.stop();
}

const std::vector<net::BoundAddress>& Shard::addresses() const {
  return front_end_->addresses();
}

bool Shard::post(std::function<void()> task) {
  const bool is_taken = tasks_.push(task) != Admission::refused;
  options_.wake_up.signal();
  return is_taken;
}

void Shard::change_clients(const std::vector<config::ListenConfig>& listen,
                           const std::vector<net::ListenerOptions>& listeners,
                           const std::string& cookie) {
  listen_ = listen;
  cookie_ = cookie;
  for (std::size_t i = 0; i < listeners.size(); ++i) front_end_->change_listener(i, listeners[i]);
}

void Shard::stop_accepting() {
  is_draining_ = true;
  front_end_->stop_accepting(http::ListenerRole::client);
}

void Shard::close_connections() {
  front_end_->run_turn(
      [this](Now /*now*/) { hub_.close_sessions(protocol::CloseReason::restart, retry_spread); });
  front_end_->close_all(protocol::CloseReason::restart);
}

bool Shard::is_idle() const {
  return front_end_->is_idle();
}

metrics::MetricsSnapshot Shard::measure() const {
  metrics::MetricsSnapshot snapshot;
  fill(snapshot, hub_.stats());
  front_end_->counters().fill(snapshot);
  snapshot.loop_lag_s = loop_.lag();
  snapshot.door_messages.add({std::to_string(options_.index)},
                             options_.link.waiting() + adapters_.waiting());
  const auto counts = adapters_.counts();
  for (AdapterIndex i = 0; i < counts.size(); ++i) {
    const auto& name = options_.bridge.config(i).name;
    snapshot.adapter_published_entries.add({name}, counts[i].published);
    snapshot.adapter_refused_entries.add({name}, counts[i].refused);
  }
  return snapshot;
}

Listing<SessionInfo> Shard::list_sessions(const SessionQuery& query) const {
  Listing<SessionInfo> listing;
  const auto now = hub_.now().steady;
  hub_.visit_sessions([&](const session::Session& session) {
    ++listing.total;
    listing.items.push_back({session.status(now), options_.index});
    if (listing.items.size() >= 2 * query.items_max) keep_first(listing.items, query);
  });
  keep_first(listing.items, query);
  return listing;
}

std::optional<SessionInfo> Shard::ask_session(SessionId id, const SessionRequest& request) {
  std::optional<SessionInfo> info;
  front_end_->run_turn([&](Now now) {
    auto* session = hub_.find_session(id);
    if (session == nullptr) return;
    if (const auto* change = std::get_if<RestrictSession>(&request)) {
      session->restrict(change->change);
    }
    info = SessionInfo{session->status(now.steady), options_.index};
    if (std::holds_alternative<EndSession>(request)) {
      session->close(protocol::CloseReason::forbidden, std::nullopt);
    }
  });
  return info;
}

std::size_t Shard::end_sessions_of(const std::string& subject) {
  std::size_t count = 0;
  front_end_->run_turn([&](Now /*now*/) {
    hub_.visit_sessions([&](session::Session& session) {
      if (session.subject() != subject) return;
      session.close(protocol::CloseReason::bad_token, std::nullopt);
      ++count;
    });
  });
  return count;
}

Listing<TopicInfo> Shard::list_topics(const std::string& filter, std::size_t items_max) const {
  Listing<TopicInfo> listing;
  hub_.visit_topics(filter, [&](const topics::Topic& topic) {
    if (topic.feed != 0) return;  // another shard's
    ++listing.total;
    if (listing.items.size() >= items_max) return;
    const auto& log = topic.log();
    listing.items.push_back({.name = topic.name(),
                             .shard = options_.index,
                             .kind = log.kind(),
                             .head = {log.epoch(), log.head().offset},
                             .ring_entries = log.ring().size(),
                             .retained_bytes = log.retained_bytes(),
                             .is_stale = topic.is_stale()});
  });
  return listing;
}

void Shard::begin_turn(Now now) {
  hub_.begin_turn(now);
  options_.link.take_room([this](ShardIndex to) { hub_.on_room(to); });
  const bool has_more_messages =
      options_.link.take(entries_per_turn, [this](ShardIndex from, topics::LinkMessage&& message) {
        hub_.on_link(from, std::move(message));
      });
  const bool has_more_items = adapters_.take(entries_per_turn, hub_);
  replays_.pass_news(hub_);
  if (has_more_messages || has_more_items) options_.wake_up.signal();
}

void Shard::end_turn() {
  hub_.end_turn();
  auto deadline = earlier(adapters_.deadline(), hub_.replay_deadline());
  if (options_.index == 0) {
    adapters_.pass_demand(hub_);
    deadline = earlier(deadline, hub_.demand_deadline());
  }
  loop_.set_deadline(deadline);
  options_.link.wake_receivers();
}

std::unique_ptr<session::Endpoint> Shard::make_endpoint(const net::UpgradeTarget& target,
                                                        session::ConnectionPort& connection,
                                                        Now now) {
  if (target.event_request != nullptr && !is_draining_) {
    return std::make_unique<EventStream>(*target.event_request, connection, client_context(), now);
  }
  const auto* codec = protocol::catalog::find_codec(target.subprotocol);
  if (codec == nullptr || is_draining_) return nullptr;
  const auto& listen = listen_.at(target.listener);
  auto token = auth::find_offered_token(target.offered);
  if (token.empty()) token = auth::find_cookie(target.cookies, cookie_);
  const session::Session::Options session{.codec = *codec,
                                          .authenticator = options_.authenticator,
                                          .address = target.peer_address,
                                          .token = token,
                                          .ceilings = {.bytes_per_s = listen.max_bytes_per_s,
                                                       .messages_per_s = listen.max_messages_per_s,
                                                       .max_delay_ms = listen.max_delay_ms},
                                          .places = &options_.places,
                                          .certificate = target.certificate,
                                          .is_compressed = target.is_compressed};
  return std::make_unique<session::Session>(hub_, connection, session, now);
}

std::unique_ptr<session::Endpoint> Shard::make_refusal(const net::UpgradeTarget& target,
                                                       session::ConnectionPort& connection) {
  const auto* codec = protocol::catalog::find_codec(target.subprotocol);
  if (codec == nullptr) return nullptr;
  const protocol::GoodbyeEvent goodbye{protocol::CloseReason::try_later, hub_.next_retry_ms()};
  return std::make_unique<TurnAway>(
      hub_.frames().event(goodbye, *codec, session::Framing::websocket), connection);
}

ClientContext Shard::client_context() {
  return {.hub = hub_,
          .rates = rates_,
          .authenticator = options_.authenticator,
          .places = &options_.places,
          .listen = listen_,
          .cookie = cookie_,
          .limits = options_.config.limits,
          .is_draining = is_draining_};
}

net::Answer Shard::respond(const http::Request& request, net::ExchangePort& connection) {
  return respond_to_client(request, connection, client_context());
}

void Shard::on_wake() {
  std::vector<std::function<void()>> tasks;
  tasks_.take(SIZE_MAX, tasks);
  for (const auto& task : tasks) task();
  run_empty_turn();
}

void Shard::run_empty_turn() {
  front_end_->run_turn([](Now /*now*/) {});
}

}  // namespace weir::gateway::app
