// A plug-in for Weir: the time, once a second, as the topic clock/utc.
//
// With `topics = ["clock/#"]` in its [[adapter]] it owns what is below clock/: the gateway then
// says when somebody wants it, and it is silent while nobody does. Without, it ticks all the time.
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <weir/adapter.hpp>

namespace {

using weir::adapters::abi::Adapter;
using weir::adapters::abi::Answer;
using weir::adapters::abi::Failure;
using weir::adapters::abi::Host;
using weir::adapters::abi::Settings;
using weir::adapters::abi::SourceState;

constexpr std::string_view topic = "clock/utc";
constexpr std::chrono::seconds interval{1};

/// {"time":"2026-11-26T12:00:00Z"}
std::string time_json() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::string text(sizeof "{\"time\":\"2026-11-26T12:00:00Z\"}", '\0');
  text.resize(std::strftime(text.data(), text.size(), "{\"time\":\"%Y-%m-%dT%H:%M:%SZ\"}", &utc));
  return text;
}

class Clock final : public Adapter {
public:
  // Checks the configuration; has no effect that others could see.
  Clock(const Settings& settings, Host host)
      : host_(host), is_on_demand_(!settings.topics.empty()) {
    if (settings.config != "{}") throw Failure("the clock has nothing to configure");
  }
  ~Clock() override {
    if (thread_.joinable()) stop();
  }

  void start() override {
    host_.status(SourceState::up, "ticking");
    thread_ = std::thread([this] { run(); });
  }

  void stop() override {
    change([this] { is_stopping_ = true; });
    thread_.join();
  }

  void wanted(std::string_view /*filter*/) override {
    change([this] { ++wanted_count_; });
  }
  void unwanted(std::string_view /*filter*/) override {
    change([this] { --wanted_count_; });
  }

private:
  template <class Change>
  void change(Change what) {
    {
      const std::lock_guard lock(mutex_);
      what();
    }
    changed_.notify_all();
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (!is_stopping_) {
      changed_.wait(lock, [this] { return is_stopping_ || !is_on_demand_ || wanted_count_ > 0; });
      if (is_stopping_) return;
      // never call the host with a lock that one of its calls here would take
      lock.unlock();
      tick();
      lock.lock();
      changed_.wait_for(lock, interval, [this] { return is_stopping_; });
    }
  }

  void tick() {
    const std::string json = time_json();
    weir_refusal refusal{};
    // at one entry a second, slow_down needs nothing: the next tick says it all
    if (host_.publish(weir::adapters::abi::replace_entry(topic, json), &refusal) == Answer::refused)
      host_.count("lost_ticks");
  }

  Host host_;
  bool is_on_demand_;
  std::thread thread_;

  std::mutex mutex_;
  std::condition_variable changed_;
  int wanted_count_ = 0;
  bool is_stopping_ = false;
};

}  // namespace

extern "C" WEIR_EXPORT const weir_adapter* weir_adapter_entry(std::uint32_t host_abi_version) {
  return weir::adapters::abi::adapter_table<Clock>(host_abi_version, "clock", "1.0.0");
}
