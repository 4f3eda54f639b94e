#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <weir/enums.hpp>
#include <weir/text.hpp>
#include <weir/weir_adapter.h>

// What an adapter calls: the first half of the C++ face of weir_adapter.h. Installed with it.
namespace weir::adapters::abi {

// Publications to fill in further. Each refers to what its arguments refer to, until it has been
// published.

/// The new whole value of a topic, or an event.
[[nodiscard]] inline weir_publication replace_entry(std::string_view topic, std::string_view json) {
  weir_publication entry{};
  entry.size = sizeof entry;
  entry.operation = WEIR_REPLACE;
  entry.topic = to_text(topic);
  entry.payload = to_text(json);
  return entry;
}

/// Fields of a record that change, or of the row `key` of a table.
[[nodiscard]] inline weir_publication update_entry(std::string_view topic,
                                                   std::span<const weir_field> fields,
                                                   std::string_view key = {}) {
  weir_publication entry{};
  entry.size = sizeof entry;
  entry.operation = WEIR_UPDATE;
  entry.topic = to_text(topic);
  entry.key = to_text(key);
  entry.fields = fields.data();
  entry.field_count = fields.size();
  return entry;
}

/// The value, or the row `key`, is gone.
[[nodiscard]] inline weir_publication remove_entry(std::string_view topic,
                                                   std::string_view key = {}) {
  weir_publication entry{};
  entry.size = sizeof entry;
  entry.operation = WEIR_REMOVE;
  entry.topic = to_text(topic);
  entry.key = to_text(key);
  return entry;
}

/// The gateway, as an adapter sees it. Copies refer to the same gateway. Any thread, from the
/// adapter's construction until its destructor returns; nothing blocks, nothing throws but
/// std::bad_alloc.
class Host {
public:
  explicit Host(const weir_host* table) : table_(sized_copy(table)) {}

  /// Hands in entries, in order. On `refused`, `refusal` says which one and why: those before it
  /// were taken, those behind it were not looked at.
  Answer publish(std::span<const weir_publication> items, weir_refusal* refusal = nullptr) const {
    return static_cast<Answer>(table_.publish(table_.context, items.data(), items.size(), refusal));
  }
  Answer publish(const weir_publication& item, weir_refusal* refusal = nullptr) const {
    return publish(std::span(&item, 1), refusal);
  }
  /// Says that entries of this topic were lost here.
  Answer gap(std::string_view topic, weir_cause cause, weir_error* error = nullptr) const {
    return static_cast<Answer>(table_.gap(table_.context, to_text(topic), cause, error));
  }
  /// Gives the topic a new epoch: continuity with its old offsets cannot be proven.
  Answer reset(std::string_view topic, weir_error* error = nullptr) const {
    return static_cast<Answer>(table_.reset(table_.context, to_text(topic), error));
  }

  void status(SourceState state, std::string_view reason) const {
    table_.status(table_.context, static_cast<weir_state>(state), to_text(reason));
  }
  void log(Level level, std::string_view text) const {
    table_.log(table_.context, static_cast<weir_level>(level), to_text(text));
  }
  /// Adds to a counter of this adapter: [a-z0-9_]{1,32}, written in the code.
  void count(std::string_view event, std::uint64_t n = 1) const {
    table_.count(table_.context, to_text(event), n);
  }
  void listening(std::string_view url) const { table_.listening(table_.context, to_text(url)); }

  /// The filters that clients want now.
  [[nodiscard]] std::vector<std::string> wanted() const {
    std::vector<std::string> filters;
    table_.each_wanted(
        table_.context,
        [](void* sink, weir_text filter) {
          static_cast<std::vector<std::string>*>(sink)->emplace_back(to_view(filter));
        },
        &filters);
    return filters;
  }

  // For PendingSend and PendingReplay.
  void sent(std::uint64_t id, weir_outcome outcome, const weir_error* error) const {
    table_.sent(table_.context, id, outcome, error);
  }
  Answer replay_entries(std::uint64_t id,
                        std::span<const weir_publication> items,
                        weir_refusal* refusal) const {
    return static_cast<Answer>(
        table_.replay_entries(table_.context, id, items.data(), items.size(), refusal));
  }
  void replay_end(std::uint64_t id, const weir_error* error) const {
    table_.replay_end(table_.context, id, error);
  }

private:
  weir_host table_;
};

/// What a client published, until the adapter says what became of it. Destroyed without an answer:
/// unknown. Ends before its adapter does.
class PendingSend {
public:
  PendingSend(Host host, std::uint64_t id) : host_(host), id_(id) {}
  PendingSend(PendingSend&& other) noexcept
      : host_(other.host_), id_(other.id_), is_open_(std::exchange(other.is_open_, false)) {}
  PendingSend(const PendingSend&) = delete;
  PendingSend& operator=(const PendingSend&) = delete;
  PendingSend& operator=(PendingSend&&) = delete;
  ~PendingSend() { unknown("the adapter gave no answer"); }

  /// The source has it.
  void accept() { end(WEIR_SENT, WEIR_ERROR_NONE, {}); }
  /// The source does not have it.
  void refuse(weir_error_code code, std::string_view message) { end(WEIR_NOT_SENT, code, message); }
  /// It may or may not have it.
  void unknown(std::string_view message) { end(WEIR_SENT_UNKNOWN, WEIR_ERROR_UNKNOWN, message); }

private:
  void end(weir_outcome outcome, weir_error_code code, std::string_view message) {
    if (!std::exchange(is_open_, false)) return;
    weir_error error{};
    fill_error(&error, code, message);
    host_.sent(id_, outcome, outcome == WEIR_SENT ? nullptr : &error);
  }

  Host host_;
  std::uint64_t id_;
  bool is_open_ = true;
};

/// Entries with from < offset <= to of one epoch that somebody needs, until the adapter has handed
/// them in. Destroyed before its end: unavailable. Ends before its adapter does.
class PendingReplay {
public:
  PendingReplay(Host host, std::uint64_t id) : host_(host), id_(id) {}
  PendingReplay(PendingReplay&& other) noexcept
      : host_(other.host_), id_(other.id_), is_open_(std::exchange(other.is_open_, false)) {}
  PendingReplay(const PendingReplay&) = delete;
  PendingReplay& operator=(const PendingReplay&) = delete;
  PendingReplay& operator=(PendingReplay&&) = delete;
  ~PendingReplay() { fail(WEIR_ERROR_UNAVAILABLE, "the adapter gave up"); }

  /// Hands in the next entries, in order, each with epoch and offset.
  Answer publish(std::span<const weir_publication> items, weir_refusal* refusal = nullptr) {
    return host_.replay_entries(id_, items, refusal);
  }
  /// All there is was handed in.
  void end() {
    if (std::exchange(is_open_, false)) host_.replay_end(id_, nullptr);
  }
  /// The rest cannot be had.
  void fail(weir_error_code code, std::string_view message) {
    if (!std::exchange(is_open_, false)) return;
    weir_error error{};
    fill_error(&error, code, message);
    host_.replay_end(id_, &error);
  }

private:
  Host host_;
  std::uint64_t id_;
  bool is_open_ = true;
};

}  // namespace weir::adapters::abi
