// A plug-in that does what none should, as its configuration says: {"do":"throw"}. It speaks the C
// interface itself, so that nothing of adapter.hpp softens it.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
#include <weir/weir_adapter.h>

namespace {

std::string_view view_of(weir_text text) {
  return {text.data, text.size};
}
weir_text text_of(std::string_view view) {
  return {view.data(), view.size()};
}

weir_publication entry_of(std::string_view topic, std::string_view json) {
  weir_publication entry{};
  entry.size = sizeof entry;
  entry.topic = text_of(topic);
  entry.payload = text_of(json);
  return entry;
}

class Trouble {
public:
  Trouble(const weir_settings& settings, const weir_host& host)
      : config_(view_of(settings.config)), host_(host) {}

  [[nodiscard]] bool does(std::string_view what) const {
    return config_.find('"' + std::string(what) + '"') != std::string::npos;
  }
  void log(const std::string& text) const { host_.log(host_.context, WEIR_INFO, text_of(text)); }
  void count(std::string_view event) const { host_.count(host_.context, text_of(event), 1); }

  void start() {
    host_.status(host_.context, WEIR_UP, text_of("in trouble"));
    if (does("throw")) cause_calls();
    if (does("flood")) {
      for (int i = 0; i < 2; ++i) threads_.emplace_back([this, i] { flood(i); });
    }
    if (does("threads")) {
      for (int i = 0; i < 8; ++i) threads_.emplace_back([this, i] { publish_patiently(i); });
    }
  }

  void stop() {
    is_stopping_ = true;
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
    // As one must not: a thread that outlives `stop`.
    if (does("after_stop")) late_thread_ = std::thread([this] { publish_late(); });
  }

  ~Trouble() {
    if (late_thread_.joinable()) late_thread_.join();
    if (does("after_stop")) log("in close: " + try_once());
  }

  void resumed() {
    {
      const std::lock_guard lock(mutex_);
      ++resumed_;
    }
    changed_.notify_all();
  }

  /// Does not return before there is the file `until`.
  void block() {
    constexpr std::string_view key = R"("until":")";
    const auto begin = config_.find(key) + key.size();
    const std::string file = config_.substr(begin, config_.find('"', begin) - begin);
    std::unique_lock lock(mutex_);
    while (!std::filesystem::exists(file)) changed_.wait_for(lock, std::chrono::milliseconds(20));
  }

  void answer(std::uint64_t send_id) const {
    host_.sent(host_.context, send_id, WEIR_SENT, nullptr);
  }

private:
  /// So that the gateway has cause to call `receipts` and `resumed`.
  void cause_calls() const {
    auto entry = entry_of("trouble/receipt", "1");
    entry.receipt_wish = WEIR_RECEIPT_ALWAYS;
    host_.publish(host_.context, &entry, 1, nullptr);
    const std::vector<weir_publication> many(1500, entry_of("trouble/many", "1"));
    while (host_.publish(host_.context, many.data(), many.size(), nullptr) == WEIR_ACCEPTED) {
    }
  }

  /// As fast as it goes, whatever the gateway answers.
  void flood(int number) const {
    const std::string topic = "flood/" + std::to_string(number);
    const std::string bytes(16 * 1024, 'x');
    auto entry = entry_of(topic, bytes);
    entry.format = WEIR_BYTES;  // nothing to check, so that it is fast
    const std::vector<weir_publication> entries(1024, entry);
    while (!is_stopping_) {
      weir_refusal refusal{};
      switch (host_.publish(host_.context, entries.data(), entries.size(), &refusal)) {
        case WEIR_ACCEPTED:
          count("accepted");
          break;
        case WEIR_SLOW_DOWN:
          count("slowed");
          break;
        default:
          count(refusal.error.code == WEIR_ERROR_OVERLOADED ? "overloaded" : "refused_otherwise");
      }
    }
  }

  void publish_patiently(int number) {
    const std::string topic = "threads/" + std::to_string(number);
    for (int i = 1; i <= 2000 && !is_stopping_; ++i) {
      std::unique_lock lock(mutex_);
      const int resumed_before = resumed_;
      lock.unlock();
      const std::string json = std::to_string(i);
      const auto entry = entry_of(topic, json);
      const auto answer = host_.publish(host_.context, &entry, 1, nullptr);
      if (answer == WEIR_ACCEPTED) continue;
      if (answer == WEIR_REFUSED) --i;  // the reserve behind `slow down` is used up by the others
      lock.lock();
      changed_.wait(lock, [&] { return resumed_ > resumed_before || is_stopping_; });
    }
  }

  [[nodiscard]] std::string try_once() const {
    weir_refusal refusal{};
    const auto entry = entry_of("trouble/late", "1");
    const auto answer = host_.publish(host_.context, &entry, 1, &refusal);
    return answer == WEIR_REFUSED && refusal.error.code == WEIR_ERROR_DRAINING ? "refused draining"
                                                                               : "not refused";
  }
  void publish_late() const {
    // stop() may still be on its way out of the gateway's call
    std::string result;
    for (int i = 0; i < 1'000'000 && result != "refused draining"; ++i) result = try_once();
    log("after stop: " + result);
  }

  std::string config_;
  weir_host host_;
  std::vector<std::thread> threads_;
  std::thread late_thread_;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  int resumed_ = 0;
};

Trouble& from(void* self) {
  return *static_cast<Trouble*>(self);
}

/// What a call does first.
void enter(void* self, const char* call) {
  const Trouble& trouble = from(self);
  if (trouble.does("throw")) throw std::runtime_error(std::string("trouble in ") + call);
  if (trouble.does("throw_int")) throw 7;
}

void* trouble_open(const weir_settings* settings, const weir_host* host, weir_error* /*error*/) {
  auto* made = new Trouble(*settings, *host);
  if (made->does("open")) {
    delete made;
    throw std::runtime_error("trouble in open");
  }
  return made;
}
int trouble_start(void* self, weir_error* /*error*/) {
  if (from(self).does("start")) throw std::runtime_error("trouble in start");
  from(self).start();
  return 0;
}
void trouble_stop(void* self) {
  from(self).stop();
  enter(self, "stop");
}
void trouble_close(void* self) {
  const bool is_throwing = from(self).does("throw");
  delete &from(self);
  if (is_throwing) throw std::runtime_error("trouble in close");
}
void trouble_wanted(void* self, weir_text /*filter*/) {
  enter(self, "wanted");
}
void trouble_unwanted(void* self, weir_text /*filter*/) {
  enter(self, "unwanted");
}
void trouble_resumed(void* self) {
  from(self).resumed();
  enter(self, "resumed");
}
void trouble_receipts(void* self, const weir_receipt* /*items*/, std::size_t /*count*/) {
  enter(self, "receipts");
}
void trouble_send(void* self, std::uint64_t send_id, const weir_publication* /*publication*/) {
  enter(self, "send");
  if (from(self).does("block")) from(self).block();
  from(self).answer(send_id);
}

const weir_adapter table{.size = sizeof(weir_adapter),
                         .abi_version = WEIR_ABI_VERSION,
                         .name = {"trouble", 7},
                         .version = {"1.0.0", 5},
                         .open = trouble_open,
                         .start = trouble_start,
                         .stop = trouble_stop,
                         .close = trouble_close,
                         .wanted = trouble_wanted,
                         .unwanted = trouble_unwanted,
                         .resumed = trouble_resumed,
                         .receipts = trouble_receipts,
                         .send = trouble_send,
                         .replay = nullptr};

}  // namespace

extern "C" WEIR_EXPORT const weir_adapter* weir_adapter_entry(std::uint32_t host_abi_version) {
  return host_abi_version == WEIR_ABI_VERSION ? &table : nullptr;
}
