#pragma once

#include "adapters/abi/plugin.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <weir/weir_adapter.h>

namespace weir::tests {

/// An adapter of type "fake" that does what a test tells it to, and keeps what it was told. One at
/// a time.
class FakeAdapter {
public:
  static std::span<const adapters::abi::BuiltIn> built_ins() {
    static constexpr std::array table{
        adapters::abi::BuiltIn{"fake", [](std::uint32_t) { return &FakeAdapter::functions(); }}};
    return table;
  }
  /// The one that was opened last.
  static FakeAdapter& last() {
    REQUIRE(current() != nullptr);
    return *current();
  }

  weir_answer publish(std::string_view topic, std::string_view json, std::uint64_t receipt = 0) {
    auto publication = make(topic, receipt);
    publication.payload = text(json);
    return host_.publish(host_.context, &publication, 1, nullptr);
  }
  /// As a feed does: after a slow down waits until it may go on.
  void publish_patiently(std::string_view topic, std::string_view json) {
    const auto resumed_before = resumed_count();
    const auto answer = publish(topic, json);
    REQUIRE(answer != WEIR_REFUSED);
    if (answer == WEIR_ACCEPTED) return;
    std::unique_lock lock(mutex_);
    REQUIRE(is_told_.wait_for(lock, patience, [&] { return resumed_ > resumed_before; }));
  }
  /// Changes one field, as only records and tables have them.
  weir_answer publish_field(std::string_view topic, std::uint64_t receipt) {
    auto publication = make(topic, receipt);
    const weir_field field{text("bid"), text("1")};
    publication.operation = WEIR_UPDATE;
    publication.fields = &field;
    publication.field_count = 1;
    return host_.publish(host_.context, &publication, 1, nullptr);
  }
  /// With the source's own place.
  weir_answer publish_at(std::string_view topic,
                         std::string_view epoch,
                         std::uint64_t offset,
                         std::uint64_t receipt = 0) {
    auto publication = make(topic, receipt);
    const auto json = std::to_string(offset);
    place(publication, epoch, offset, json);
    return host_.publish(host_.context, &publication, 1, nullptr);
  }
  /// A replay that the gateway has asked for.
  struct Wish {
    std::uint64_t id = 0;
    std::string topic;
    std::string epoch;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
  };
  /// The oldest that was not waited for before.
  Wish wait_for_replay() {
    std::unique_lock lock(mutex_);
    REQUIRE(is_told_.wait_for(lock, patience, [&] { return !wishes_.empty(); }));
    auto wish = std::move(wishes_.front());
    wishes_.pop_front();
    return wish;
  }
  /// Hands in one entry for it, whose payload is its offset.
  weir_answer replay(const Wish& wish, std::uint64_t offset) {
    auto publication = make(wish.topic, 0);
    const auto json = std::to_string(offset);
    place(publication, wish.epoch, offset, json);
    return host_.replay_entries(host_.context, wish.id, &publication, 1, nullptr);
  }
  void end_replay(const Wish& wish, weir_error_code code = WEIR_ERROR_NONE) {
    weir_error error{};
    error.code = code;
    host_.replay_end(host_.context, wish.id, &error);
  }
  weir_answer reset(std::string_view topic) {
    return host_.reset(host_.context, text(topic), nullptr);
  }
  void status(weir_state state) { host_.status(host_.context, state, {}); }
  void listening(std::string_view url) { host_.listening(host_.context, text(url)); }
  void end_send(weir_outcome outcome) { host_.sent(host_.context, last_send_, outcome, nullptr); }

  /// From now on `send` does not return until `unblock`.
  void block() { set_blocked(true); }
  void unblock() { set_blocked(false); }

  void wait_for_calls(const std::string& expected) {
    std::unique_lock lock(mutex_);
    is_told_.wait_for(lock, patience, [&] { return calls_ == expected; });
    CHECK(calls_ == expected);
  }
  /// "<receipt> at <offset>", or "<receipt> <error>".
  std::vector<std::string> wait_for_receipts(std::size_t count) {
    std::unique_lock lock(mutex_);
    is_told_.wait_for(lock, patience, [&] { return receipts_.size() >= count; });
    REQUIRE(receipts_.size() == count);
    return receipts_;
  }

private:
  static constexpr std::chrono::seconds patience{10};

  explicit FakeAdapter(const weir_host& host) : host_(host) { current() = this; }
  ~FakeAdapter() { current() = nullptr; }
  FakeAdapter(const FakeAdapter&) = delete;
  FakeAdapter& operator=(const FakeAdapter&) = delete;

  static FakeAdapter*& current() {
    static FakeAdapter* adapter = nullptr;
    return adapter;
  }
  static FakeAdapter& from(void* self) { return *static_cast<FakeAdapter*>(self); }
  static weir_text text(std::string_view view) { return {view.data(), view.size()}; }
  static std::string view(weir_text text) { return {text.data, text.size}; }

  static weir_publication make(std::string_view topic, std::uint64_t receipt) {
    weir_publication publication{};
    publication.size = sizeof publication;
    publication.topic = text(topic);
    publication.receipt = receipt;
    publication.receipt_wish = receipt == 0 ? WEIR_RECEIPT_NONE : WEIR_RECEIPT_ALWAYS;
    return publication;
  }

  static void place(weir_publication& publication,
                    std::string_view epoch,
                    std::uint64_t offset,
                    std::string_view json) {
    publication.kind = WEIR_KIND_STREAM;
    publication.payload = text(json);
    publication.epoch = text(epoch);
    publication.offset = offset;
  }

  static void* open(const weir_settings* settings, const weir_host* host, weir_error* error) {
    if (view(settings->config) == "{}") return new FakeAdapter(*host);
    error->code = WEIR_ERROR_BAD_REQUEST;
    std::string_view("bad config").copy(error->message, sizeof error->message - 1);
    return nullptr;
  }
  static const weir_adapter& functions() {
    static const weir_adapter table = [] {
      weir_adapter made{};
      made.size = sizeof made;
      made.abi_version = WEIR_ABI_VERSION;
      made.name = text("fake");
      made.version = text("1");
      made.open = open;
      made.start = [](void*, weir_error*) { return 0; };
      made.stop = [](void* self) { from(self).unblock(); };
      made.close = [](void* self) { delete &from(self); };
      made.wanted = [](void* self, weir_text filter) { from(self).call("wanted " + view(filter)); };
      made.unwanted = [](void* self, weir_text filter) {
        from(self).call("unwanted " + view(filter));
      };
      made.resumed = [](void* self) { from(self).on_resumed(); };
      made.receipts = [](void* self, const weir_receipt* items, std::size_t count) {
        from(self).keep({items, count});
      };
      made.send = [](void* self, std::uint64_t id, const weir_publication* publication) {
        from(self).on_send(id, *publication);
      };
      made.replay = [](void* self, const weir_replay_request* request) {
        from(self).on_replay(*request);
      };
      return made;
    }();
    return table;
  }

  int resumed_count() {
    const std::lock_guard lock(mutex_);
    return resumed_;
  }
  void on_resumed() {
    {
      const std::lock_guard lock(mutex_);
      ++resumed_;
    }
    call("resumed");
  }
  void call(const std::string& what) {
    {
      const std::lock_guard lock(mutex_);
      if (!calls_.empty()) calls_ += ',';
      calls_ += what;
    }
    is_told_.notify_all();
  }
  void keep(std::span<const weir_receipt> items) {
    {
      const std::lock_guard lock(mutex_);
      for (const auto& item : items) {
        const auto number = std::to_string(item.receipt);
        receipts_.push_back(item.error == nullptr
                                ? number + " at " + std::to_string(item.offset)
                                : number + (item.error->code == WEIR_ERROR_WRONG_KIND
                                                ? " wrong_kind"
                                                : " another error"));
      }
    }
    is_told_.notify_all();
  }
  void on_send(std::uint64_t id, const weir_publication& publication) {
    std::unique_lock lock(mutex_);
    last_send_ = id;
    if (!is_blocked_) {
      lock.unlock();
      return call("send " + view(publication.topic) + " " + view(publication.payload));
    }
    calls_ += "blocked";
    is_told_.notify_all();
    is_told_.wait(lock, [this] { return !is_blocked_; });
  }
  void on_replay(const weir_replay_request& request) {
    {
      const std::lock_guard lock(mutex_);
      wishes_.push_back(
          {request.id, view(request.topic), view(request.epoch), request.from, request.to});
    }
    is_told_.notify_all();
  }
  void set_blocked(bool is_blocked) {
    {
      const std::lock_guard lock(mutex_);
      is_blocked_ = is_blocked;
    }
    is_told_.notify_all();
  }

  weir_host host_;
  std::mutex mutex_;
  std::condition_variable is_told_;
  std::string calls_;
  int resumed_ = 0;
  std::vector<std::string> receipts_;
  std::deque<Wish> wishes_;
  std::uint64_t last_send_ = 0;
  bool is_blocked_ = false;
};

}  // namespace weir::tests
