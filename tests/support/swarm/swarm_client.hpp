#pragma once

#include "clients/cpp/connection.hpp"
#include "clients/cpp/machine.hpp"
#include "tests/support/swarm/oracle.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::swarm {

/// One of thousands: follows one topic with `all` and comes back by itself, to the next of its URLs
/// each time. One oracle watches what gateways send, another what the client library makes of it:
/// that drops what comes again, and tells of holes by itself.
class SwarmClient final : public clients::cpp::ConnectionOwner {
public:
  /// `context` and `urls` outlive it; it begins with the URL `first`, modulo their number.
  SwarmClient(boost::asio::io_context& context,
              std::span<const clients::cpp::Url> urls,
              std::size_t first,
              const std::string& topic);
  ~SwarmClient() = default;
  SwarmClient(const SwarmClient&) = delete;
  SwarmClient& operator=(const SwarmClient&) = delete;
  SwarmClient(SwarmClient&&) = delete;
  SwarmClient& operator=(SwarmClient&&) = delete;

  void start();
  /// To be called when its deadline has come.
  void tick();
  [[nodiscard]] clients::cpp::TimePoint deadline() const { return machine_.deadline(); }

  /// It is connected, and has everything up to the moment when it came.
  [[nodiscard]] bool is_ready() const { return is_ready_; }
  /// How many times it has become so.
  [[nodiscard]] std::size_t arrivals() const { return arrivals_; }
  [[nodiscard]] const Oracle& received() const { return received_; }
  [[nodiscard]] const Oracle& told() const { return told_; }

private:
  void on_open() override;
  void on_message(std::string_view message) override;
  void on_alive() override;
  void on_closed(std::uint16_t code, std::string reason) override;
  void on_failed(protocol::Retry retry, std::string reason) override;

  void watch(std::string_view message);
  void perform();
  void perform(const clients::cpp::OpenAction& open);
  void perform(const clients::cpp::SendAction& send);
  void perform(const clients::cpp::CloseAction& close);
  void perform(const clients::cpp::TellAction& tell);

  boost::asio::io_context& context_;
  std::span<const clients::cpp::Url> urls_;
  std::size_t next_url_;
  clients::cpp::Machine machine_;
  std::vector<std::unique_ptr<clients::cpp::Connection>> connections_;  ///< the last is the present
  Oracle received_;
  Oracle told_;
  std::size_t arrivals_ = 0;
  bool is_ready_ = false;
};

}  // namespace weir::tests::swarm
