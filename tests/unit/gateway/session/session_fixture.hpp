#pragma once

#include "gateway/session/hub.hpp"
#include "gateway/session/session.hpp"
#include "protocol/core/bytes.hpp"
#include "protocol/native/json_client.hpp"
#include "protocol/native/json_codec.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/support/anonymous_only.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::session {

using Words = std::vector<std::string>;

/// A message of the gateway in words: "ok 3", "no 3 forbidden", "topic a @0", "a 7=1", "a 7=1 s",
/// "a 7 on 5 [...]" for a patch, "a 7 gone", "gap a 1..5 overflow 4", "ready a", "stale a",
/// "limits 500 bytes/s", "goodbye 4001", "heartbeat".
class WordReader {
public:
  std::string read(std::string_view text) {
    const auto message = protocol::native::read_server_message(text);
    if (!message) return "not understood: " + std::string(text);
    return std::visit([this](const auto& one) { return word(one); }, *message);
  }

private:
  using Topic = protocol::TopicEvent;

  std::string word(const protocol::native::AcceptedReply& reply) {
    return "ok " + std::to_string(reply.re);
  }
  std::string word(const protocol::native::RefusedReply& reply) {
    return "no " + std::to_string(reply.re) + " " + std::string(info(reply.error.code).name);
  }
  std::string word(const protocol::ErrorEvent& event) {
    return "error " + std::string(info(event.error.code).name);
  }
  std::string word(const Topic& topic) {
    names_.emplace_back(topic.number, topic.topic);
    return "topic " + topic.topic + " @" + std::to_string(topic.offset);
  }
  std::string word(const protocol::ReadyEvent& ready) { return "ready " + ready.filter; }
  std::string word(const protocol::native::ReceivedDelivery& delivery) {
    auto text = name_of(delivery.number) + " " + std::to_string(delivery.offset);
    if (delivery.patch) {
      text += " on " + std::to_string(delivery.patch->base) + " " + delivery.patch->json;
    } else {
      text += delivery.data ? "=" + delivery.data->bytes : " gone";
    }
    if (delivery.is_snapshot) text += " s";
    if (delivery.conflated) text += " c" + std::to_string(*delivery.conflated);
    return text;
  }
  std::string word(const protocol::GapEvent& gap) {
    auto text = "gap " + name_of(gap.number) + " ";
    if (gap.from) text += std::to_string(*gap.from);
    text += ".." + std::to_string(gap.to) + " " + std::string(protocol::name(gap.cause));
    if (gap.lost) text += " " + std::to_string(*gap.lost);
    return text;
  }
  std::string word(const protocol::StaleEvent& stale) {
    return (stale.is_stale ? "stale " : "fresh ") + name_of(stale.number);
  }
  std::string word(const protocol::LimitsEvent& event) {
    return "limits " + std::to_string(event.limits.bytes_per_s) + " bytes/s";
  }
  std::string word(const protocol::HeartbeatEvent& /*heartbeat*/) { return "heartbeat"; }
  std::string word(const protocol::native::ReceivedGoodbye& goodbye) {
    return "goodbye " + std::to_string(goodbye.code);
  }
  std::string word(const protocol::native::IgnoredMessage& /*message*/) { return "ignored"; }

  std::string name_of(protocol::TopicNumber number) const {
    for (auto it = names_.rbegin(); it != names_.rend(); ++it) {
      if (it->first == number) return it->second;
    }
    return "?";
  }

  std::vector<std::pair<protocol::TopicNumber, std::string>> names_;
};

/// Rights that a test gives and takes.
struct Rights final : Authorizer {
  [[nodiscard]] bool may_subscribe(std::string_view filter) const override {
    return filter != "forbidden";
  }
  [[nodiscard]] bool may_read(std::string_view topic) const override {
    return !topic.starts_with("secret");
  }
  [[nodiscard]] bool may_publish(std::string_view topic) const override {
    return topic != "forbidden";
  }
  [[nodiscard]] std::uint64_t bytes_per_s_max() const override { return bytes_per_s; }
  [[nodiscard]] double messages_per_s_max() const override { return 0; }
  std::uint64_t bytes_per_s = 0;
};

/// A session whose connection does nothing but remember.
class TestClient final : public ConnectionPort {
public:
  TestClient(Hub& hub,
             const Rights& rights,
             bool is_anonymous_allowed = true,
             const Ceilings& ceilings = {})
      : hub_(&hub),
        authenticator_(is_anonymous_allowed ? &rights : nullptr),
        session_(std::make_unique<Session>(hub,
                                           *this,
                                           Session::Options{.codec = protocol::native::json_codec(),
                                                            .authenticator = authenticator_,
                                                            .ceilings = ceilings},
                                           hub.now())) {}

  TestClient(Hub& hub,
             const Authenticator& authenticator,
             std::string_view token = {},
             IdentityPlaces* places = nullptr)
      : hub_(&hub),
        authenticator_(nullptr),
        session_(std::make_unique<Session>(hub,
                                           *this,
                                           Session::Options{.codec = protocol::native::json_codec(),
                                                            .authenticator = authenticator,
                                                            .token = token,
                                                            .places = places},
                                           hub.now())) {}

  void request_flush() override { wants_flush = true; }
  void request_ping() override { ++pings; }
  void request_close(protocol::CloseReason reason) override { closed = reason; }

  TestClient& say(std::string_view message) {
    session_->on_activity(hub_->now());
    session_->on_message(protocol::MessageType::text, message, hub_->now());
    return *this;
  }
  /// One write of at most so much.
  Words pull(std::size_t budget_bytes = 65'536) {
    wants_flush = false;
    WriteBatch batch;
    session_->pull(budget_bytes, batch, hub_->now());
    pulled_bytes = batch.bytes;
    std::string bytes;
    for (const auto& block : batch.blocks) bytes += block.view();
    auto rest = protocol::as_mutable_bytes(bytes);
    Words words;
    while (const auto inbound = *assembler_.next(rest)) {
      words.push_back(reader_.read(std::get<protocol::websocket::Message>(*inbound).payload));
    }
    return words;
  }
  [[nodiscard]] Session& session() { return *session_; }
  void leave() { session_.reset(); }

  bool wants_flush = false;
  int pings = 0;
  std::optional<protocol::CloseReason> closed;
  std::size_t pulled_bytes = 0;

private:
  Hub* hub_;
  tests::AnonymousOnly authenticator_;
  std::unique_ptr<Session> session_;
  WordReader reader_;
  protocol::websocket::MessageLimits limits_;
  protocol::websocket::MessageAssembler assembler_{
      protocol::websocket::Role::client, limits_, std::nullopt};
};

/// The doors of a shard, opened by the test.
struct TestLinks final : topics::LinkPort {
  bool try_send(ShardIndex to, topics::LinkMessage& message) override {
    if (sent.size() >= capacity) return false;
    sent.emplace_back(to, std::move(message));
    return true;
  }
  std::size_t capacity = 1000;
  std::deque<std::pair<ShardIndex, topics::LinkMessage>> sent;
};

/// One shard, with a clock.
struct Rig {
  explicit Rig(HubOptions options = {}, topics::ReplayPort* replays = nullptr)
      : hub(with_seed(std::move(options)), links, nullptr, replays) {
    pass(1'000'000);
  }

  void pass(std::int64_t ms) {
    now.steady += milliseconds(ms);
    now.unix_ms += ms;
    hub.begin_turn(now);
  }
  void publish(const std::string& topic, std::string json, int times = 1) {
    for (int i = 0; i < times; ++i) {
      protocol::Publication publication;
      publication.topic = topic;
      publication.payload.bytes = json;
      (void)hub.accept(std::move(publication));
    }
  }
  void source_gap(const std::string& topic) {
    protocol::Publication publication;
    publication.topic = topic;
    publication.operation = protocol::Operation::gap;
    (void)hub.accept(std::move(publication));
  }
  static HubOptions with_ring(std::size_t entries) {
    topics::TopicRule rule;
    rule.ring_entries = entries;
    HubOptions options;
    options.rules = topics::TopicRules({rule});
    return options;
  }
  static HubOptions with_seed(HubOptions options) {
    options.seed = 7;
    return options;
  }

  Now now;
  Rights rights;
  TestLinks links;
  Hub hub;
};

}  // namespace weir::gateway::session
