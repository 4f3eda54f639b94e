#pragma once

#include "adapters/abi/host_port.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weir::tests {

/// A gateway for one adapter: keeps all that the adapter says, answers as it is told to, and lets a
/// test wait for what must come. Thread-safe.
class RecordingPort final : public adapters::abi::HostPort {
public:
  using PublishAnswer = adapters::abi::PublishAnswer;
  using PublishItem = adapters::abi::PublishItem;

  PublishAnswer publish(std::span<PublishItem> items) override {
    const std::lock_guard lock(mutex_);
    PublishAnswer answer = answer_ ? answer_(items) : PublishAnswer{};
    const bool is_refused = answer.answer == adapters::abi::Answer::refused;
    const std::size_t taken = is_refused ? std::min(answer.index, items.size()) : items.size();
    for (std::size_t i = 0; i < taken; ++i) items_.push_back(std::move(items[i]));
    ++calls_;
    changed_.notify_all();
    return answer;
  }

  protocol::Result<void> reset(std::string_view topic) override {
    const std::lock_guard lock(mutex_);
    resets_.emplace_back(topic);
    changed_.notify_all();
    return {};
  }

  void report(adapters::abi::Report report) override {
    const std::lock_guard lock(mutex_);
    reports_.push_back(std::move(report));
    changed_.notify_all();
  }

  void sent(adapters::abi::SendOutcome outcome) override {
    const std::lock_guard lock(mutex_);
    outcomes_.push_back(std::move(outcome));
    changed_.notify_all();
  }

  PublishAnswer replayed(adapters::abi::ReplayPart part) override {
    const std::lock_guard lock(mutex_);
    const PublishAnswer answer = part.is_last ? PublishAnswer{} : replay_answer_;
    if (answer.answer != adapters::abi::Answer::refused) parts_.push_back(std::move(part));
    changed_.notify_all();
    return answer;
  }

  /// What `publish` answers from now on; called with the port locked.
  void answer_with(std::function<PublishAnswer(std::span<PublishItem>)> answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }

  /// What is answered to replayed entries from now on.
  void answer_replays_with(PublishAnswer answer) {
    const std::lock_guard lock(mutex_);
    replay_answer_ = std::move(answer);
  }

  /// Waits until `holds()` is true of what was recorded. False: not within ten seconds.
  template <class Condition>
  bool wait_until(Condition holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), holds);
  }
  bool wait_for_items(std::size_t count) {
    return wait_until([&] { return items_.size() >= count; });
  }
  bool wait_for_status(adapters::abi::SourceState state) {
    return wait_until([&] {
      const auto* status = last_status();
      return status != nullptr && status->state == state;
    });
  }

  [[nodiscard]] std::vector<PublishItem> take_items() {
    const std::lock_guard lock(mutex_);
    return std::exchange(items_, {});
  }
  [[nodiscard]] std::size_t item_count() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }
  [[nodiscard]] std::size_t publish_calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  [[nodiscard]] std::vector<std::string> resets() const {
    const std::lock_guard lock(mutex_);
    return resets_;
  }
  [[nodiscard]] std::vector<adapters::abi::SendOutcome> outcomes() const {
    const std::lock_guard lock(mutex_);
    return outcomes_;
  }
  [[nodiscard]] std::vector<adapters::abi::ReplayPart> parts() const {
    const std::lock_guard lock(mutex_);
    return parts_;
  }
  template <class Report>
  [[nodiscard]] std::vector<Report> reports() const {
    const std::lock_guard lock(mutex_);
    std::vector<Report> found;
    for (const auto& report : reports_) {
      if (const auto* match = std::get_if<Report>(&report)) found.push_back(*match);
    }
    return found;
  }
  /// Until the status has `part` in its reason.
  bool wait_for_reason(std::string_view part) {
    return wait_until([&] {
      const auto* status = last_status();
      return status != nullptr && status->reason.find(part) != std::string::npos;
    });
  }
  bool wait_for_outcomes(std::size_t count) {
    return wait_until([&] { return outcomes_.size() >= count; });
  }

private:
  [[nodiscard]] const adapters::abi::StatusReport* last_status() const {
    for (auto at = reports_.rbegin(); at != reports_.rend(); ++at) {
      if (const auto* status = std::get_if<adapters::abi::StatusReport>(&*at)) return status;
    }
    return nullptr;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::function<PublishAnswer(std::span<PublishItem>)> answer_;
  PublishAnswer replay_answer_;
  std::vector<PublishItem> items_;
  std::vector<std::string> resets_;
  std::vector<adapters::abi::Report> reports_;
  std::vector<adapters::abi::SendOutcome> outcomes_;
  std::vector<adapters::abi::ReplayPart> parts_;
  std::size_t calls_ = 0;
};

}  // namespace weir::tests
