#include "adapters/host/host_feed.hpp"

#include <algorithm>
#include <exception>

namespace weir::adapters::host {

namespace {

/// Rates need two samples; the second one of all comes sooner, so that a page shows something.
constexpr std::chrono::milliseconds first_interval{200};

std::chrono::steady_clock::time_point now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

HostFeed::HostFeed(const abi::Settings& settings, abi::Host host)
    : config_(parse_config(settings.config)), host_(host) {
}

HostFeed::~HostFeed() {
  if (thread_.joinable()) stop();
}

void HostFeed::start() {
  host_.status(abi::SourceState::connecting, "about to read " + config_.paths.proc.string());
  thread_ = std::thread([this] { run(); });
}

void HostFeed::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void HostFeed::wanted(std::string_view /*filter*/) {
  {
    const std::lock_guard lock(mutex_);
    ++wanted_count_;
  }
  changed_.notify_all();
}

void HostFeed::unwanted(std::string_view /*filter*/) {
  const std::lock_guard lock(mutex_);
  --wanted_count_;
}

void HostFeed::resumed() {
  const std::lock_guard lock(mutex_);
  is_paused_ = false;
}

void HostFeed::run() {
  const auto attempt = [this](const auto& work) {
    try {
      work();
    } catch (const std::exception& error) {
      host_.count("exceptions");
      host_.log(abi::Level::error, error.what());
    }
  };
  // also while nobody wants it: a gateway is not ready before all its sources are up
  attempt([this] { report(take_sample(config_.paths, now())); });
  TimePoint next = now();
  while (wait_for_demand()) {
    attempt([this] { take_round(); });
    const auto interval = published_.contains("host/cpu")
                              ? config_.interval
                              : std::min(config_.interval, first_interval);
    // a round that came late does not make the next ones come in a bunch
    next = std::max(next + interval, now());
    if (!wait_until(next)) return;
  }
}

bool HostFeed::wait_for_demand() {
  std::unique_lock lock(mutex_);
  const bool is_wanted = !config_.on_demand || wanted_count_ != 0;
  if (!is_wanted) last_.reset();  // rates over the pause would be those of nobody's time
  changed_.wait(lock, [this] { return is_stopping_ || !config_.on_demand || wanted_count_ != 0; });
  return !is_stopping_;
}

bool HostFeed::wait_until(TimePoint time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_until(lock, time, [this] { return is_stopping_; });
}

void HostFeed::take_round() {
  Sample sample = take_sample(config_.paths, now());
  report(sample);
  const auto topics = last_ ? describe(*last_, sample) : describe(sample);
  const bool is_whole = last_.has_value();
  last_ = std::move(sample);
  {
    const std::lock_guard lock(mutex_);
    if (is_paused_) return;  // the next round says it all
  }
  publish(topics);
  if (!is_whole) return;
  // what was there and is no more: a device that is gone
  for (auto at = published_.begin(); at != published_.end();) {
    const bool is_there =
        std::ranges::any_of(topics, [&](const HostTopic& topic) { return topic.topic == *at; });
    // CPU times may stand still between two samples
    if (is_there || *at == "host/cpu") {
      ++at;
      continue;
    }
    host_.publish(abi::remove_entry(*at));
    at = published_.erase(at);
  }
}

void HostFeed::report(const Sample& sample) {
  if (is_empty(sample)) {
    host_.status(abi::SourceState::down,
                 "nothing can be read below " + config_.paths.proc.string());
  } else {
    host_.status(abi::SourceState::up, "reading " + config_.paths.proc.string());
  }
}

void HostFeed::publish(const std::vector<HostTopic>& topics) {
  std::vector<weir_publication> entries;
  entries.reserve(topics.size());
  for (const HostTopic& topic : topics)
    entries.push_back(abi::replace_entry(topic.topic, topic.json));
  {
    // before: `resumed` may come before `publish` has returned
    const std::lock_guard lock(mutex_);
    is_paused_ = true;
  }
  bool is_slow = false;
  for (std::size_t from = 0; from < entries.size();) {
    weir_refusal refusal{};
    const abi::Answer answer = host_.publish(std::span(entries).subspan(from), &refusal);
    is_slow = is_slow || answer == abi::Answer::slow_down;
    const std::size_t end = answer == abi::Answer::refused ? from + refusal.index : entries.size();
    for (; from < end; ++from) published_.insert(topics[from].topic);
    if (answer == abi::Answer::refused) ++from;
  }
  if (is_slow) return;
  const std::lock_guard lock(mutex_);
  is_paused_ = false;
}

}  // namespace weir::adapters::host
