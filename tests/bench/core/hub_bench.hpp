#pragma once

#include "gateway/session/hub.hpp"
#include "gateway/session/session.hpp"
#include "tests/support/anonymous_only.hpp"
#include "tests/support/everything_allowed.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::tests::bench {

/// One hub and its sessions without sockets: what takes their frames takes all of them at once.
class HubBench {
public:
  /// `codec` outlives it.
  explicit HubBench(const protocol::Codec& codec) : codec_(codec) {}

  /// A session that is sent this one message.
  void add_session(std::string_view message) {
    sinks_.push_back(std::make_unique<Sink>(flushes_));
    auto& sink = *sinks_.back();
    sink.session = std::make_unique<gateway::session::Session>(
        hub_,
        sink,
        gateway::session::Session::Options{.codec = codec_, .authenticator = authenticator_},
        now_);
    sink.session->on_message(codec_.message_type(), message, now_);
  }
  void begin_turn() {
    now_.steady += std::chrono::milliseconds(1);
    hub_.begin_turn(now_);
  }
  void end_turn() { hub_.end_turn(); }
  void publish(protocol::Publication publication) {
    if (!hub_.accept(std::move(publication))) std::abort();
  }
  /// Writes of all sessions that have asked for one.
  void flush() {
    for (auto* sink : std::exchange(flushes_, {})) {
      batch_.clear();
      sink->flush(batch_, now_);
      bytes_ += batch_.bytes;
    }
  }

  [[nodiscard]] std::size_t sessions() const { return sinks_.size(); }
  /// Sessions that have asked for a write since the last.
  [[nodiscard]] std::size_t asked() const { return flushes_.size(); }
  [[nodiscard]] std::uint64_t deliveries() { return hub_.counters().deliveries_total; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
  class NoLinks final : public gateway::topics::LinkPort {
  public:
    [[nodiscard]] bool try_send(gateway::ShardIndex /*to*/,
                                gateway::topics::LinkMessage& /*message*/) override {
      return true;
    }
  };

  class Sink final : public gateway::session::ConnectionPort {
  public:
    explicit Sink(std::vector<Sink*>& flushes) : flushes_(flushes) {}
    void request_flush() override {
      if (std::exchange(is_requested_, true)) return;
      flushes_.push_back(this);
    }
    void request_close(protocol::CloseReason /*reason*/) override { std::abort(); }
    void flush(gateway::WriteBatch& batch, gateway::Now now) {
      is_requested_ = false;
      session->pull(std::size_t{64} * 1024, batch, now);
    }

    std::unique_ptr<gateway::session::Session> session;

  private:
    std::vector<Sink*>& flushes_;
    bool is_requested_ = false;
  };

  const protocol::Codec& codec_;
  gateway::Now now_{.steady = gateway::TimePoint(std::chrono::hours(1)), .unix_ms = 1};
  EverythingAllowed everybody_;
  AnonymousOnly authenticator_{&everybody_};
  NoLinks links_;
  gateway::session::Hub hub_{gateway::session::HubOptions{}, links_, nullptr};
  std::vector<Sink*> flushes_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  gateway::WriteBatch batch_;
  std::size_t bytes_ = 0;
};

}  // namespace weir::tests::bench
