#pragma once

#include "gateway/net/connection_machine.hpp"
#include "protocol/websocket/close.hpp"
#include "protocol/websocket/frame_encoder.hpp"
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::net {

using namespace std::chrono_literals;
namespace websocket = protocol::websocket;
using protocol::CloseReason;
using websocket::Opcode;

/// An endpoint that does what the test says and notes what it was told.
class ScriptedEndpoint final : public session::Endpoint {
public:
  explicit ScriptedEndpoint(session::ConnectionPort& port) : port_(port) {}

  void on_message(protocol::MessageType /*type*/, std::string_view message, Now /*now*/) override {
    messages.emplace_back(message);
    if (message == "close") port_.request_close(CloseReason::bad_requests);
    if (message == "stop reading") takes_input = false;
  }
  void on_activity(Now /*now*/) override { ++activities; }
  void on_pong(Duration round_trip, Now /*now*/) override { round_trips.push_back(round_trip); }
  [[nodiscard]] bool wants_input() const override { return takes_input; }
  void pull(std::size_t budget_bytes, WriteBatch& out, Now /*now*/) override {
    budgets.push_back(budget_bytes);
    for (const auto& frame : std::exchange(urgent, {})) out.add(SharedBytes(frame));
    if (budget_bytes == 0) {
      if (!pending.empty()) port_.request_flush();
      return;
    }
    std::size_t taken = 0;
    while (!pending.empty() && (taken == 0 || taken + pending.front().size() <= budget_bytes)) {
      taken += pending.front().size();
      out.add(SharedBytes(pending.front()));
      pending.erase(pending.begin());
    }
    if (!pending.empty()) port_.request_flush();
  }
  [[nodiscard]] std::optional<TimePoint> deadline() const override { return wake_at; }
  void on_deadline(Now /*now*/) override {
    ++deadlines;
    wake_at.reset();
  }
  void on_closed(CloseReason reason, Now /*now*/) override { closed.push_back(reason); }

  void send(std::string_view text) { send(text, pending); }
  /// What does not wait for room on the link.
  void send_urgently(std::string_view text) { send(text, urgent); }

  std::vector<std::string> messages;
  std::vector<std::string> pending;
  std::vector<std::string> urgent;
  std::vector<std::size_t> budgets;
  std::vector<CloseReason> closed;
  std::vector<Duration> round_trips;
  std::optional<TimePoint> wake_at;
  int activities = 0;
  int deadlines = 0;
  bool takes_input = true;

private:
  void send(std::string_view text, std::vector<std::string>& where) {
    std::string frame;
    websocket::append_frame(frame, {Opcode::text}, text);
    where.push_back(frame);
    port_.request_flush();
  }

  session::ConnectionPort& port_;
};

inline std::string client_frame(websocket::FrameStart start, std::string_view payload) {
  std::string out;
  websocket::append_masked_frame(out, start, payload, {0x37, 0xfa, 0x21, 0x3d});
  return out;
}
inline std::string text(std::string_view payload) {
  return client_frame({Opcode::text}, payload);
}
inline std::string ping(std::string_view payload) {
  return client_frame({Opcode::ping}, payload);
}
inline std::string close(std::uint16_t code) {
  return client_frame({Opcode::close}, websocket::close_payload(code, {}));
}

/// A machine with a virtual clock, a socket that takes what the test allows, and a peer that
/// understands what was sent.
class MachineFixture final : public ConnectionMachine::Host {
public:
  explicit MachineFixture(const ConnectionSettings& with = client_settings({}))
      : settings(with), machine(shared, *this, std::nullopt) {
    auto owned = std::make_unique<ScriptedEndpoint>(machine);
    endpoint = owned.get();
    machine.open(std::move(owned));
  }

  void on_due() override { ++due_calls; }
  void on_deadline_moved() override { ++deadline_calls; }
  [[nodiscard]] Now now() const { return {.steady = time, .unix_ms = 0}; }

  void receive(std::string bytes) {
    machine.on_bytes(protocol::as_mutable_bytes(bytes), now());
    flush();
  }
  /// What a shell does at the end of a turn.
  void flush() {
    if (machine.wants_link_sample(now())) machine.on_link_sample(on_link, now());
    for (int i = 0; i < 100; ++i) {
      if (in_flight.empty()) {
        if (!machine.is_due()) return;
        WriteBatch batch;
        machine.collect(batch, now());
        for (const auto& block : batch.blocks) in_flight += block.view();
        if (!in_flight.empty()) ++writes;
      }
      const auto taken = std::min(in_flight.size(), socket_takes);
      if (taken == 0) {
        if (!in_flight.empty()) return;
        continue;
      }
      sent += in_flight.substr(0, taken);
      in_flight.erase(0, taken);
      if (socket_takes != std::string::npos) socket_takes -= taken;
      machine.on_taken(taken, now());
    }
    FAIL("does not come to rest");
  }
  /// Lets time pass, meeting deadlines.
  void pass(Duration duration) {
    const auto end = time + duration;
    for (int i = 0; i < 1000; ++i) {
      const auto deadline = machine.deadline();
      if (!deadline || *deadline > end) {
        time = end;
        return;
      }
      time = std::max(time, *deadline);
      machine.on_deadline(now());
      flush();
    }
    FAIL("deadlines do not come to rest");
  }
  /// What the peer understood of all that was sent since the last call.
  tests::Transcript heard() {
    tests::TranscriptReader reader(peer);
    reader.read(std::exchange(sent, {}));
    return reader.transcript();
  }
  [[nodiscard]] std::uint64_t closes(CloseReason reason) const {
    return counters.closes[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] std::uint64_t limits(LimitHit limit) const {
    return counters.limits[static_cast<std::size_t>(limit)];
  }

  ConnectionSettings settings;
  Counters counters;
  ConnectionMachine::Shared shared{.settings = settings, .counters = counters};
  TimePoint time{1000h};
  websocket::MessageLimits peer_limits;
  websocket::MessageAssembler peer{websocket::Role::client, peer_limits, std::nullopt};
  ConnectionMachine machine;
  ScriptedEndpoint* endpoint = nullptr;
  std::size_t socket_takes = std::string::npos;  ///< until the test allows more
  std::string in_flight;
  std::string sent;
  std::size_t on_link = 0;  ///< what the kernel holds for the peer
  int due_calls = 0;
  int deadline_calls = 0;
  int writes = 0;
};

using Socket = ConnectionMachine::Socket;
using Words = tests::Transcript;

}  // namespace weir::gateway::net
