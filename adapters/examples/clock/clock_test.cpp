// The plug-in without a gateway: called as a gateway calls it, with a host that keeps what it is
// handed. Linked with clock.cpp itself, so that a debugger sees all of it.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <weir/text.hpp>
#include <weir/weir_adapter.h>

namespace {

using weir::adapters::abi::to_text;
using weir::adapters::abi::to_view;

int failures = 0;

void check(bool holds, const char* what) {
  std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
  if (!holds) ++failures;
}

/// A gateway for one plug-in. Its functions may be called from any thread, as those of a real one.
class TestHost {
public:
  TestHost() {
    table_.size = sizeof table_;
    table_.abi_version = WEIR_ABI_VERSION;
    table_.context = this;
    table_.publish =
        [](void* context, const weir_publication* items, std::size_t count, weir_refusal*) {
          static_cast<TestHost*>(context)->keep(items, count);
          return weir_answer{WEIR_ACCEPTED};
        };
    table_.gap = [](void*, weir_text, weir_cause, weir_error*) {
      return weir_answer{WEIR_ACCEPTED};
    };
    table_.reset = [](void*, weir_text, weir_error*) { return weir_answer{WEIR_ACCEPTED}; };
    table_.status = [](void* context, weir_state state, weir_text) {
      static_cast<TestHost*>(context)->is_up_ = state == WEIR_UP;
    };
    table_.log = [](void*, weir_level, weir_text) {};
    table_.count = [](void*, weir_text, std::uint64_t) {};
    table_.listening = [](void*, weir_text) {};
    table_.each_wanted = [](void*, weir_text_sink, void*) {};
    table_.sent = [](void*, std::uint64_t, weir_outcome, const weir_error*) {};
  }
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;
  ~TestHost() = default;

  [[nodiscard]] const weir_host* table() const { return &table_; }
  [[nodiscard]] bool is_up() const { return is_up_; }
  [[nodiscard]] bool has_entry() {
    const std::lock_guard lock(mutex_);
    return !topic_.empty();
  }
  /// "topic payload" of the newest entry, as soon as there is one.
  std::string wait_for_entry() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [this] { return !topic_.empty(); });
    return topic_ + " " + payload_;
  }

private:
  void keep(const weir_publication* items, std::size_t count) {
    {
      const std::lock_guard lock(mutex_);
      topic_ = to_view(items[count - 1].topic);
      payload_ = to_view(items[count - 1].payload);
    }
    changed_.notify_all();
  }

  weir_host table_{};
  bool is_up_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string topic_;
  std::string payload_;
};

weir_settings settings_with(std::string_view config, const weir_text& topic) {
  weir_settings settings{};
  settings.size = sizeof settings;
  settings.name = to_text("clock");
  settings.config = to_text(config);
  settings.topics = &topic;
  settings.topic_count = 1;
  settings.entry_bytes_max = 256 * 1024;
  return settings;
}

}  // namespace

int main() {
  const weir_adapter* clock = weir_adapter_entry(WEIR_ABI_VERSION);
  check(clock != nullptr, "it is a plug-in of this version");
  check(weir_adapter_entry(WEIR_ABI_VERSION + 1) == nullptr, "and of no other");

  TestHost host;
  const weir_text topic = to_text("clock/#");
  weir_error error{};
  const weir_settings bad = settings_with(R"({"zone":"CET"})", topic);
  check(clock->open(&bad, host.table(), &error) == nullptr,
        "a configuration that it does not know");
  check(std::string_view(error.message) == "the clock has nothing to configure", "is refused");

  const weir_settings good = settings_with("{}", topic);
  void* self = clock->open(&good, host.table(), &error);
  check(self != nullptr && !host.is_up(), "open has no effect");
  check(clock->start(self, &error) == 0 && host.is_up(), "it starts");
  check(!host.has_entry(), "nobody wants the time, so it says nothing");
  clock->wanted(self, to_text("clock/utc"));
  const std::string entry = host.wait_for_entry();
  check(entry.starts_with(R"(clock/utc {"time":"20)") && entry.ends_with(R"(Z"})"), entry.c_str());
  clock->unwanted(self, to_text("clock/utc"));
  clock->stop(self);
  clock->close(self);
  return failures == 0 ? 0 : 1;
}
