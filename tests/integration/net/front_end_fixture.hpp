#pragma once

#include "gateway/net/front_end.hpp"
#include "protocol/websocket/close.hpp"
#include "protocol/websocket/frame_encoder.hpp"
#include "tests/support/transcript.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::tests::net {

using namespace std::chrono_literals;
namespace websocket = protocol::websocket;
using gateway::http::ListenerRole;
using gateway::net::FrontEnd;
using gateway::net::FrontEndOptions;
using gateway::net::LimitHit;
using gateway::net::Refusal;
using protocol::CloseReason;
using websocket::Opcode;

/// An endpoint under the test's control.
class TestEndpoint final : public gateway::session::Endpoint {
public:
  struct Record {
    std::vector<std::string> messages;
    std::vector<CloseReason> closed;
    std::size_t pulled_bytes = 0;
    int pongs = 0;
    TestEndpoint* endpoint = nullptr;  ///< while it lives
  };
  TestEndpoint(gateway::session::ConnectionPort& connection, Record& record)
      : connection_(connection), record_(record) {
    record_.endpoint = this;
  }
  ~TestEndpoint() override { record_.endpoint = nullptr; }

  void on_message(protocol::MessageType /*type*/,
                  std::string_view message,
                  gateway::Now /*now*/) override {
    record_.messages.emplace_back(message);
  }
  void on_activity(gateway::Now /*now*/) override {}
  void on_pong(gateway::Duration round_trip, gateway::Now /*now*/) override {
    CHECK(round_trip >= 0ms);
    ++record_.pongs;
  }
  [[nodiscard]] bool wants_input() const override { return takes_input; }
  void pull(std::size_t budget_bytes, gateway::WriteBatch& out, gateway::Now /*now*/) override {
    const auto before = out.bytes;
    while (frames > 0 && (out.bytes == before || out.bytes + frame.size() <= budget_bytes)) {
      out.add(frame);
      --frames;
    }
    record_.pulled_bytes += out.bytes - before;
    if (frames > 0) connection_.request_flush();
  }
  [[nodiscard]] std::optional<gateway::TimePoint> deadline() const override { return wake_at; }
  void on_deadline(gateway::Now /*now*/) override {
    wake_at.reset();
    send("deadline");
  }
  void on_closed(CloseReason reason, gateway::Now /*now*/) override {
    record_.closed.push_back(reason);
  }

  /// Sends a text `count` times.
  void send(std::string_view text, std::size_t count = 1) {
    std::string bytes;
    websocket::append_frame(bytes, {Opcode::text}, text);
    frame = gateway::SharedBytes(bytes);
    frames = count;
    connection_.request_flush();
  }
  void wait_until(gateway::TimePoint at) {
    wake_at = at;
    connection_.request_deadline();
  }
  void ping() { connection_.request_ping(); }
  void close(CloseReason reason) { connection_.request_close(reason); }

  gateway::SharedBytes frame;
  std::size_t frames = 0;
  std::optional<gateway::TimePoint> wake_at;
  bool takes_input = true;

private:
  gateway::session::ConnectionPort& connection_;
  Record& record_;
};

/// An answer that waits for the test. `waiting` outlives it.
class TestExchange final : public gateway::net::Exchange {
public:
  TestExchange(gateway::net::ExchangePort& connection,
               std::string text,
               std::vector<TestExchange*>& waiting)
      : connection_(connection), text_(std::move(text)), waiting_(waiting) {
    waiting_.push_back(this);
  }
  ~TestExchange() override { std::erase(waiting_, this); }
  gateway::http::Response take_response() override {
    return gateway::http::text_response(200, "later " + text_);
  }
  void answer() { connection_.on_answered(); }

private:
  gateway::net::ExchangePort& connection_;
  std::string text_;
  std::vector<TestExchange*>& waiting_;
};

/// Keeps log lines as "event key=value ...".
class TestLog final : public gateway::Log {
public:
  [[nodiscard]] bool is_enabled(gateway::LogLevel /*level*/) const override { return true; }
  void write(gateway::LogLevel /*level*/,
             std::string_view /*area*/,
             std::string_view event,
             std::initializer_list<gateway::LogField> fields) override {
    std::string line(event);
    for (const auto& field : fields)
      line.append(" ").append(field.key).append("=").append(field.value);
    lines.push_back(line);
  }
  std::vector<std::string> lines;
};

/// The front end of a shard, with everything in the test's thread: `until` runs it.
class FrontEndFixture final : public gateway::net::FrontEndPort {
public:
  /// A client and an admin listener, `/ws` and `/echo`; `change` may say otherwise.
  explicit FrontEndFixture(const std::function<void(FrontEndOptions&)>& change = {}) {
    FrontEndOptions options;
    options.listeners = {{.role = ListenerRole::client}, {.role = ListenerRole::admin}};
    options.echo.is_enabled = true;
    if (change) change(options);
    front_end.emplace(io, std::move(options), *this, log);
  }

  // FrontEndPort
  void begin_turn(gateway::Now /*now*/) override {
    CHECK_FALSE(is_in_turn);
    is_in_turn = true;
  }
  void end_turn() override {
    CHECK(is_in_turn);
    is_in_turn = false;
  }
  std::unique_ptr<gateway::session::Endpoint> make_endpoint(
      const gateway::net::UpgradeTarget& target,
      gateway::session::ConnectionPort& connection,
      gateway::Now /*now*/) override {
    CHECK(is_in_turn);
    targets.push_back(std::string(target.path) + "?" + std::string(target.query) + " " +
                      std::string(target.subprotocol) + " " + std::string(target.origin) + " " +
                      std::string(target.peer_address));
    if (refuses_endpoints) return nullptr;
    records.push_back(std::make_unique<TestEndpoint::Record>());
    return std::make_unique<TestEndpoint>(connection, *records.back());
  }
  gateway::net::Answer respond(const gateway::http::Request& request,
                               gateway::net::ExchangePort& connection) override {
    CHECK(is_in_turn);
    if (request.path() == "/missing") return gateway::http::text_response(404, "Nothing here.");
    if (request.path() == "/later") {
      return std::make_unique<TestExchange>(connection, request.body, waiting);
    }
    const auto* role = request.role == ListenerRole::admin ? "admin " : "client ";
    return gateway::http::text_response(
        200, role + request.method + " " + request.target + " " + request.body);
  }

  /// Runs the front end until the claim holds; false after ten seconds.
  bool until(const std::function<bool()>& claim) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!claim()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io.run_one_for(5ms);
      io.restart();
    }
    return true;
  }
  /// Runs the front end for a while: for what must not happen.
  void run_for(std::chrono::milliseconds duration) {
    io.run_for(duration);
    io.restart();
  }
  [[nodiscard]] std::uint16_t port(ListenerRole role = ListenerRole::client) const {
    for (const auto& address : front_end->addresses()) {
      if (address.role == role) return address.port;
    }
    return 0;
  }
  [[nodiscard]] const gateway::net::Counters& counters() const { return front_end->counters(); }
  [[nodiscard]] std::uint64_t refusals(Refusal refusal) const {
    return counters().refused[static_cast<std::size_t>(refusal)];
  }
  [[nodiscard]] std::uint64_t closes(CloseReason reason) const {
    return counters().closes[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] std::uint64_t limits(LimitHit limit) const {
    return counters().limits[static_cast<std::size_t>(limit)];
  }
  /// The endpoint of the connection that was opened last.
  [[nodiscard]] TestEndpoint& endpoint() {
    REQUIRE(!records.empty());
    REQUIRE(records.back()->endpoint != nullptr);
    return *records.back()->endpoint;
  }

  boost::asio::io_context io;
  TestLog log;
  std::vector<std::string> targets;
  std::vector<TestExchange*> waiting;
  std::vector<std::unique_ptr<TestEndpoint::Record>> records;
  std::optional<FrontEnd> front_end;
  bool refuses_endpoints = false;
  bool is_in_turn = false;
};

}  // namespace weir::tests::net
