#include "gateway/session/hub.hpp"

#include "gateway/session/session.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>
#include <cassert>

namespace weir::gateway::session {

using protocol::ErrorCode;
using protocol::fail;
using protocol::Position;
using protocol::Result;
using topics::LinkMessage;
using topics::Topic;

namespace {

/// Requests that may wait for room in a door before clients are told to come back later.
constexpr std::size_t waiting_messages_max = 8192;
constexpr const char* too_much_waits = "too much waits for the shard that owns this topic";

/// When a session that the gateway sends away comes back: clients that all left at once come back
/// over the whole of `spread`, and none within the first half second.
std::int64_t spread_retry_ms(SessionId session, Duration spread) {
  constexpr std::int64_t earliest_ms = 500;
  const auto spread_ms = std::chrono::duration_cast<std::chrono::milliseconds>(spread).count();
  if (spread_ms <= 0) return earliest_ms;
  const auto hash = (session * 0x9E3779B97F4A7C15U) >> 32U;
  return earliest_ms + static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(spread_ms));
}

}  // namespace

ShardIndex owner_of(std::string_view topic, ShardIndex shards) {
  std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a: stable from run to run
  for (const char c : topic) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  // Names that differ in their last characters differ in few of its bits: spread them.
  hash = (hash ^ (hash >> 33U)) * 0xFF51AFD7ED558CCDU;
  hash = (hash ^ (hash >> 33U)) * 0xC4CEB9FE1A85EC53U;
  return static_cast<ShardIndex>((hash ^ (hash >> 33U)) % shards);
}

Hub::Hub(HubOptions options,
         topics::LinkPort& links,
         UpstreamPort* upstream,
         topics::ReplayPort* replays)
    : options_(std::move(options)),
      upstream_(upstream),
      frames_(options_.frame_cache_bytes / 2, counters_),
      states_(options_.frame_cache_bytes / 2, frames_, counters_),
      replays_({.shard = options_.shard,
                .shards = options_.shards,
                .open_max = (options_.limits.replays + options_.shards - 1) / options_.shards,
                .silence_max = milliseconds(options_.limits.replay_ms)},
               replays),
      registry_(
          {.topics_max = (options_.limits.topics + options_.shards - 1) / options_.shards,
           .retained_bytes_max = options_.limits.retained_bytes / options_.shards,
           .entry_bytes_max = options_.limits.entry_bytes,
           .seed = options_.seed},
          options_.rules,
          [this](Topic& topic) { on_born(topic); },
          [this](std::string_view topic) { return replays_.can_replay(topic); }),
      demand_(options_.linger),
      feeds_(options_.shards) {
  for (ShardIndex shard = 0; shard < options_.shards; ++shard) {
    outlets_.push_back(shard == options_.shard ? nullptr
                                               : std::make_unique<topics::Outlet>(shard, links));
  }
}

Hub::~Hub() {
  assert(sessions_.empty() && requesters_.empty());
}

void Hub::on_link(ShardIndex from, LinkMessage&& message) {
  std::visit([&](auto& one) { handle(from, one); }, message);
}

void Hub::on_room(ShardIndex to) {
  outlets_.at(to)->pump();
}

void Hub::end_turn() {
  for (const auto& outlet : outlets_) {
    if (outlet) outlet->pump();
  }
}

Result<Position> Hub::accept(protocol::Publication&& publication) {
  assert(owner_of(publication.topic, options_.shards) == options_.shard);
  auto published = registry_.publish(std::move(publication), now_);
  if (!published) return fail(published.error());
  return std::move(published->position);
}

void Hub::close_sessions(protocol::CloseReason reason, Duration spread) {
  for (const auto& [id, session] : sessions_) session->close(reason, spread_retry_ms(id, spread));
}

std::int64_t Hub::next_retry_ms() {
  constexpr Duration spread = std::chrono::seconds(5);
  return spread_retry_ms(++refused_clients_, spread);
}

Session* Hub::find_session(SessionId id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

HubStats Hub::stats() const {
  HubStats stats{counters_,
                 registry_.counters(),
                 registry_.owned_topics(),
                 registry_.retained_bytes(),
                 0,
                 replays_.counters()};
  for (const auto& outlet : outlets_) {
    if (outlet) stats.waiting_link_messages += outlet->waiting();
  }
  return stats;
}

SessionId Hub::add(Session& session) {
  const auto id = next_session_++ * options_.shards + options_.shard;
  sessions_[id] = &session;
  ++counters_.sessions;
  ++counters_.sessions_total;
  return id;
}

void Hub::remove(Session& session) {
  sessions_.erase(session.id());
  --counters_.sessions;
}

bool Hub::subscribe(Session& session, Subscription& subscription, protocol::RequestId id) {
  auto& node = filters_.insert(subscription.filter);
  const bool is_new = node.subscribers.empty();
  const bool is_known =
      std::ranges::find(node.subscribers,
                        &subscription,
                        &std::pair<Session*, Subscription*>::second) != node.subscribers.end();
  if (!is_known) node.subscribers.emplace_back(&session, &subscription);
  if (is_new) change_demand(subscription.filter, true);
  if (is_new || is_ahead(subscription)) {
    node.generation = next_generation_++;
    node.answers_missing = options_.shards - 1;
    send_to_others(topics::Follow{subscription.filter, node.generation});
  }
  if (node.answers_missing == 0) return true;
  node.waiting.push_back({&session, &subscription, id});
  return false;
}

bool Hub::is_ahead(const Subscription& subscription) const {
  const auto& from = subscription.pending.back().from;
  if (!from || options_.shards == 1) return false;
  return std::ranges::any_of(*from, [&](const auto& place) {
    const auto& [name, position] = place;
    if (owner_of(name, options_.shards) == options_.shard) return false;
    if (!protocol::matches(subscription.filter, name)) return false;
    const auto* replica = registry_.find(name);
    return replica == nullptr || replica->log().epoch() != position.epoch ||
           replica->log().head().offset < position.offset;
  });
}

void Hub::unsubscribe(Session& session, Subscription& subscription) {
  auto* node = filters_.find(subscription.filter);
  assert(node != nullptr);
  std::erase(node->subscribers, std::pair{&session, &subscription});
  std::erase_if(node->waiting,
                [&](const auto& waiting) { return waiting.subscription == &subscription; });
  if (!node->subscribers.empty()) return;
  filters_.erase(subscription.filter);
  send_to_others(topics::Unfollow{subscription.filter});
  change_demand(subscription.filter, false);
  drop_unwanted_replicas(subscription.filter);
}

SessionId Hub::add_requester(Requester& requester) {
  const auto id = next_session_++ * options_.shards + options_.shard;
  requesters_[id] = &requester;
  return id;
}

topics::Outlet* Hub::door_to(ShardIndex owner) const {
  auto* outlet = outlets_.at(owner).get();
  return outlet->waiting() < waiting_messages_max ? outlet : nullptr;
}

std::optional<Result<topics::LogImagePtr>> Hub::ask_state(SessionId from,
                                                          const std::string& topic,
                                                          const std::optional<Position>& known) {
  const auto owner = owner_of(topic, options_.shards);
  if (owner == options_.shard) return find_state(topic, known);
  auto* door = door_to(owner);
  if (door == nullptr) return fail(ErrorCode::overloaded, too_much_waits);
  door->send(topics::StateQuestion{topic, known, from});
  return std::nullopt;
}

Result<topics::LogImagePtr> Hub::find_state(const std::string& topic,
                                            const std::optional<Position>& known) {
  const auto* found = registry_.find(topic);
  if (found == nullptr) return fail(ErrorCode::bad_topic, "there is no topic " + topic);
  const auto& log = found->log();
  const bool is_known = known == Position{log.epoch(), log.head().offset};
  if (is_known) return log.share_head();
  const auto bytes_max = options_.limits.snapshot_bytes;
  const auto bytes = (log.record() != nullptr ? log.record()->content_bytes() : 0) +
                     (log.table() != nullptr ? log.table()->content_bytes() : 0);
  if (bytes > bytes_max) {
    ++counters_.oversized_snapshots_total;
    return fail(ErrorCode::too_big,
                "the topic holds more than limits.snapshot_bytes = " + std::to_string(bytes_max) +
                    "; a subscription brings it in parts");
  }
  return log.share_state();
}

std::optional<Result<Position>> Hub::publish(SessionId from,
                                             protocol::Publication&& publication,
                                             std::optional<protocol::RequestId> id) {
  if (upstream_ != nullptr && upstream_->takes(publication.topic)) {
    upstream_->send(std::move(publication), options_.shard, from, id);
    return std::nullopt;
  }
  const auto owner = owner_of(publication.topic, options_.shards);
  if (owner == options_.shard) return accept(std::move(publication));
  auto* door = door_to(owner);
  if (door == nullptr) return fail(ErrorCode::overloaded, too_much_waits);
  door->send(topics::PublishRequest{std::move(publication), from, id});
  return std::nullopt;
}

void Hub::handle(ShardIndex from, topics::Follow& message) {
  outlets_.at(from)->follow(message, registry_);
}

void Hub::handle(ShardIndex from, topics::Unfollow& message) {
  outlets_.at(from)->unfollow(message.filter);
}

void Hub::handle(ShardIndex /*from*/, topics::Followed& message) {
  auto* node = filters_.find(message.filter);
  if (node == nullptr || node->generation != message.generation) return;
  if (--node->answers_missing == 0) establish(message.filter);
}

void Hub::handle(ShardIndex from, topics::TopicImage& message) {
  // Nobody here wants it any more: the Unfollow is on its way.
  if (!is_wanted(message.topic)) return;
  if (const auto* known = registry_.find(message.topic)) feeds_.at(from).erase(known->feed);
  auto& topic = registry_.take_image(from, message);
  feeds_.at(from)[message.feed] = &topic;
}

void Hub::handle(ShardIndex from, topics::FeedEntries& message) {
  auto* topic = find_feed(from, message.feed);
  if (topic == nullptr) return;
  for (auto& entry : message.entries) {
    if (entry->offset > topic->log().head().offset) topic->append(std::move(entry));
  }
}

void Hub::handle(ShardIndex from, topics::FeedStale& message) {
  if (auto* topic = find_feed(from, message.feed)) topic->set_stale(message.is_stale);
}

void Hub::handle(ShardIndex from, topics::PublishRequest& message) {
  auto result = accept(std::move(message.publication));
  if (message.id)
    outlets_.at(from)->send(
        topics::PublishOutcome{message.session, *message.id, std::move(result)});
}

void Hub::handle(ShardIndex /*from*/, topics::PublishOutcome& message) {
  // The session may have ended meanwhile: its connection closed, which is an answer too.
  if (auto* session = find_session(message.session)) {
    session->on_published(message.id, std::move(message.result));
  } else if (const auto found = requesters_.find(message.session); found != requesters_.end()) {
    found->second->on_published(message.id, std::move(message.result));
  }
}

void Hub::handle(ShardIndex from, topics::StateQuestion& message) {
  outlets_.at(from)->send(
      topics::StateAnswer{message.requester, find_state(message.topic, message.known)});
}

void Hub::handle(ShardIndex /*from*/, topics::StateAnswer& message) {
  const auto found = requesters_.find(message.requester);
  if (found != requesters_.end()) found->second->on_state(std::move(message.state));
}

void Hub::handle(ShardIndex /*from*/, topics::DemandChange& message) {
  demand_.change(message.filter, message.is_wanted, now_.steady);
}

void Hub::on_born(Topic& topic) {
  if (topic.feed == 0) {
    for (const auto& outlet : outlets_) {
      if (outlet) outlet->on_born(topic);
    }
  }
  filters_.visit_matching_topic(topic.name(), [&](FilterNode& node) {
    // A subscription that still waits for other shards finds the topic when they have answered.
    for (const auto& [session, subscription] : node.subscribers)
      session->on_born(*subscription, topic);
  });
}

void Hub::establish(const std::string& filter) {
  // A session that has no room for the topics ends its subscription, and with it perhaps the node.
  auto* node = filters_.find(filter);
  while (node != nullptr && !node->waiting.empty()) {
    const auto next = node->waiting.front();
    node->waiting.erase(node->waiting.begin());
    next.session->on_established(*next.subscription, next.id);
    node = filters_.find(filter);
  }
}

void Hub::change_demand(const std::string& filter, bool is_wanted) {
  if (options_.shard == 0) return demand_.change(filter, is_wanted, now_.steady);
  outlets_.at(0)->send(topics::DemandChange{filter, is_wanted});
}

void Hub::drop_unwanted_replicas(std::string_view filter) {
  std::vector<Topic*> unwanted;
  registry_.visit_all(filter, [&](Topic& topic) {
    if (topic.feed != 0 && !is_wanted(topic.name())) unwanted.push_back(&topic);
  });
  for (auto* topic : unwanted) {
    feeds_.at(topic->owner).erase(topic->feed);
    registry_.remove(*topic);
  }
}

bool Hub::is_wanted(std::string_view topic) const {
  bool wanted = false;
  filters_.visit_matching_topic(topic, [&](const FilterNode& /*node*/) { wanted = true; });
  return wanted;
}

Topic* Hub::find_feed(ShardIndex from, std::uint64_t feed) const {
  const auto found = feeds_.at(from).find(feed);
  return found == feeds_.at(from).end() ? nullptr : found->second;
}

template <class Message>
void Hub::send_to_others(const Message& message) {
  for (const auto& outlet : outlets_) {
    if (outlet) outlet->send(message);
  }
}

}  // namespace weir::gateway::session
