#include "adapters/replay/replay_feed.hpp"

#include "adapters/abi/translation.hpp"

#include <exception>
#include <variant>

namespace weir::adapters::replay {

namespace {

/// Before the next round, where one could not be played or had nothing that was taken.
constexpr std::chrono::seconds idle_round{1};
/// The others are counted only.
constexpr std::uint64_t logged_lines_max = 10;

TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

ReplayFeed::ReplayFeed(const abi::Settings& settings, abi::Host host)
    : config_(parse_config(settings.config)),
      line_bytes_max_(settings.line_bytes_max),
      host_(host) {
  static_cast<void>(RecordingFile(config_.file));  // it is there, and may be read
}

ReplayFeed::~ReplayFeed() {
  if (thread_.joinable()) stop();
}

void ReplayFeed::start() {
  host_.status(abi::SourceState::connecting, "about to play " + config_.file);
  thread_ = std::thread([this] { run(); });
}

void ReplayFeed::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ReplayFeed::resumed() {
  {
    const std::lock_guard lock(mutex_);
    is_paused_ = false;
  }
  changed_.notify_all();
}

void ReplayFeed::receipts(const abi::Receipts& receipts) {
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const weir_receipt receipt = receipts[i];
    if (receipt.error != nullptr) skip(receipt.receipt, abi::to_error(receipt.error));
  }
}

void ReplayFeed::run() {
  bool is_stopped = false;
  do {
    has_published_ = false;
    try {
      is_stopped = !play();
    } catch (const std::exception& problem) {
      host_.status(abi::SourceState::down, problem.what());
    }
    // an empty recording must not be played a million times a second
    if (config_.loop && !is_stopped && !has_published_)
      is_stopped = !wait_until(now() + idle_round);
  } while (config_.loop && !is_stopped);
}

bool ReplayFeed::play() {
  RecordingFile file(config_.file);
  host_.status(abi::SourceState::up, "playing " + config_.file);
  Player player({.line_bytes_max = line_bytes_max_, .speed = config_.speed}, now());
  for (;;) {
    const Player::Step step = player.next(now());
    for (const SkippedLine& line : player.take_skipped()) skip(line.number, line.error);
    bool goes_on = true;
    if (std::holds_alternative<Player::Read>(step)) {
      player.on_read(file.read(player.prepare()));
      goes_on = wait_until(now());
    } else if (const auto* due = std::get_if<Player::Publish>(&step)) {
      goes_on = publish(due->entries);
    } else if (const auto* wait = std::get_if<Player::Wait>(&step)) {
      goes_on = wait_until(wait->until);
    } else {
      host_.count("rounds");
      host_.status(
          abi::SourceState::up,
          "has played the " + std::to_string(player.lines()) + " lines of " + config_.file);
      return true;
    }
    if (!goes_on) return false;
  }
}

bool ReplayFeed::publish(std::span<const weir_publication> entries) {
  host_.count("lines", entries.size());
  while (!entries.empty()) {
    {
      // before: `resumed` may come before `publish` has returned
      const std::lock_guard lock(mutex_);
      is_paused_ = true;
    }
    weir_refusal refusal{};
    const abi::Answer answer = host_.publish(entries, &refusal);
    has_published_ = has_published_ || answer != abi::Answer::refused || refusal.index != 0;
    if (answer == abi::Answer::slow_down) {
      host_.count("pauses");
      return wait_for_room();
    }
    if (answer == abi::Answer::accepted) return true;
    skip(entries[refusal.index].receipt, abi::to_error(&refusal.error));
    entries = entries.subspan(refusal.index + 1);
  }
  return true;
}

void ReplayFeed::skip(std::uint64_t line, const protocol::Error& error) {
  host_.count("bad_lines");
  std::uint64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    before = skipped_++;
  }
  if (before >= logged_lines_max) return;
  host_.log(abi::Level::warning,
            config_.file + ":" + std::to_string(line) + ": " + std::string(error.message()) +
                (before + 1 == logged_lines_max ? "; more bad lines are counted only" : ""));
}

bool ReplayFeed::wait_until(TimePoint time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_until(lock, time, [this] { return is_stopping_; });
}

bool ReplayFeed::wait_for_room() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_stopping_ || !is_paused_; });
  return !is_stopping_;
}

}  // namespace weir::adapters::replay
