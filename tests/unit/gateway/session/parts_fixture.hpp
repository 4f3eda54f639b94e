#pragma once

#include "gateway/session/hub.hpp"
#include "gateway/session/session.hpp"
#include "protocol/native/json_codec.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/support/anonymous_only.hpp"
#include "tests/support/everything_allowed.hpp"
#include "tests/support/random.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::session {
using nlohmann::json;
using protocol::Publication;

class NoLinks final : public topics::LinkPort {
public:
  [[nodiscard]] bool try_send(ShardIndex /*to*/, topics::LinkMessage& /*message*/) override {
    return false;
  }
};

class IdlePort final : public ConnectionPort {
public:
  void request_flush() override {}
  void request_close(protocol::CloseReason /*reason*/) override {}
};

inline HubOptions hub_options() {
  HubOptions options;
  options.seed = 1;
  return options;
}

/// Folds what one session is sent, and checks on the way that each change fits what is held.
class Client {
public:
  Client(Hub& hub, const Authorizer& rights)
      : hub_(&hub),
        authenticator_(&rights),
        session_(hub, port_, {protocol::native::json_codec(), authenticator_}, hub.now()) {}

  void say(const json& message) {
    session_.on_message(protocol::MessageType::text, message.dump(), hub_->now());
  }

  /// One write of about `budget` bytes. False: there was nothing.
  bool pull(std::size_t budget) {
    WriteBatch batch;
    session_.pull(budget, batch, hub_->now());
    std::string bytes;
    for (const auto& block : batch.blocks) bytes += block.view();
    protocol::websocket::MessageAssembler assembler(
        protocol::websocket::Role::client, limits_, std::nullopt);
    auto in = protocol::as_mutable_bytes(bytes);
    while (true) {
      const auto next = assembler.next(in);
      REQUIRE(next);
      if (!*next) return !batch.blocks.empty();
      take(json::parse(std::get<protocol::websocket::Message>(**next).payload));
    }
  }
  void pull_all() {
    while (pull(65536)) {
    }
  }

  /// All "c" so far.
  [[nodiscard]] std::uint64_t counted() const {
    std::uint64_t sum = 0;
    for (const auto& delivery : deliveries) sum += delivery.value("c", std::uint64_t{0});
    return sum;
  }
  /// Deliveries that are no snapshots; all pages of one together count once.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  json state = json::object();
  bool is_complete = false;  ///< the last delivery did not say that more follows
  std::uint64_t offset = 0;
  std::vector<json> replies;
  std::vector<json> gaps;
  std::vector<std::size_t> readies;  ///< each with how many deliveries had come
  std::vector<json> deliveries;

private:
  void take(const json& message) {
    if (message.contains("re")) return replies.push_back(message);
    if (message.contains("op")) {
      if (message["op"] == "gap") gaps.push_back(message);
      if (message["op"] == "ready") readies.push_back(deliveries.size());
      return;
    }
    deliveries.push_back(message);
    const bool is_page = message.contains("m");
    if (message.contains("b")) {
      REQUIRE(message["b"] == offset);
      if (message.contains("f")) merge(message["f"], state);
      if (message.contains("x")) {
        for (const auto& key : message["x"]) state.erase(key.get<std::string>());
      }
      if (message.contains("k")) {
        for (const auto& [key, row] : message["k"].items()) {
          if (!state.contains(key)) state[key] = json::object();
          merge(row, state[key]);
        }
      }
    } else {
      state = message.contains("d") ? message["d"] : json::object();
    }
    REQUIRE(message["o"] >= offset);
    offset = message["o"];
    is_complete = !is_page;
    is_in_snapshot_ |= message.contains("s");
    if (!is_page && !std::exchange(is_in_snapshot_, false)) ++changes_;
  }

  static void merge(const json& changes, json& into) {
    for (const auto& [name, value] : changes.items()) {
      if (value.is_null()) {
        into.erase(name);
      } else {
        into[name] = value;
      }
    }
  }

  protocol::websocket::MessageLimits limits_{std::size_t{1} << 20U, std::size_t{1} << 21U};
  bool is_in_snapshot_ = false;
  std::uint64_t changes_ = 0;
  IdlePort port_;
  Hub* hub_;
  tests::AnonymousOnly authenticator_;
  Session session_;
};

struct World {
  NoLinks links;
  tests::EverythingAllowed rights;
  Hub hub{hub_options(), links, nullptr};
  Now now{TimePoint{} + std::chrono::hours(1), 1'790'000'000'000};

  World() { hub.begin_turn(now); }

  void pass(Duration duration) {
    now.steady += duration;
    hub.begin_turn(now);
  }

  void publish(Publication publication) {
    const auto result = hub.accept(std::move(publication));
    REQUIRE_MESSAGE(result, result.error().detail);
  }
  void update(std::string topic, std::string key, std::vector<protocol::Field> fields) {
    Publication publication;
    publication.topic = std::move(topic);
    publication.operation = protocol::Operation::update;
    publication.key = std::move(key);
    publication.fields = std::move(fields);
    publish(std::move(publication));
  }
  void remove(std::string topic, std::string key) {
    Publication publication;
    publication.topic = std::move(topic);
    publication.operation = protocol::Operation::remove;
    publication.key = std::move(key);
    publish(std::move(publication));
  }
  void replace(std::string topic, std::string json_text) {
    Publication publication;
    publication.topic = std::move(topic);
    publication.payload.bytes = std::move(json_text);
    publish(std::move(publication));
  }
};

inline json subscribe(int id, const char* filter, json options = json::object()) {
  options["op"] = "subscribe";
  options["id"] = id;
  options["filter"] = filter;
  return options;
}

}  // namespace weir::gateway::session
