#include "gateway/app/adapter_watch.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace weir::gateway::app {
namespace {

std::int64_t seconds_of(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace

AdapterWatch::AdapterWatch(Options options)
    : options_(std::move(options)), thread_([this] { run(); }) {
}

AdapterWatch::~AdapterWatch() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  wake_up_.notify_one();
  thread_.join();
}

void AdapterWatch::add(Watched watched) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({std::move(watched), {}});
}

void AdapterWatch::begin_stop(TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (!stop_began_) stop_began_ = now;
}

void AdapterWatch::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are for the thread that waits for them

  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (wake_up_.wait_for(lock, options_.interval, [this] { return is_ending_; })) return;
    }
    look(std::chrono::steady_clock::now());
  }
}

void AdapterWatch::look(TimePoint now) {
  const std::lock_guard lock(mutex_);
  for (auto& entry : entries_) look_at(entry, now);
}

void AdapterWatch::look_at(Entry& entry, TimePoint now) {
  const auto& watched = entry.watched;
  const auto call = watched.calls->oldest();
  if (entry.told && (!call || call->number != entry.told->number)) {
    options_.log->info("adapter",
                       "call_returned",
                       {{"adapter", watched.name},
                        {"call", entry.told->function},
                        {"seconds", seconds_of(now - entry.told->since)}});
    entry.told.reset();
    watched.on_change({});
  }
  if (!call || now - call->since < options_.call_max) return;
  if (!entry.told) {
    options_.log->warning("adapter",
                          "call_blocks",
                          {{"adapter", watched.name},
                           {"call", call->function},
                           {"seconds", seconds_of(now - call->since)}});
    entry.told = call;
    watched.on_change(call->function);
  }
  check_stop(entry, *call, now);
}

void AdapterWatch::check_stop(const Entry& entry, const Call& call, TimePoint now) {
  if (!stop_began_ || is_stuck_ || !options_.on_stuck) return;
  if (now - std::max(call.since, *stop_began_) < options_.stop_max) return;
  is_stuck_ = true;
  options_.on_stuck("adapter '" + entry.watched.name + "' has not returned from " +
                    std::string(call.function) + " within " +
                    std::to_string(seconds_of(options_.stop_max)) + " s");
}

}  // namespace weir::gateway::app
