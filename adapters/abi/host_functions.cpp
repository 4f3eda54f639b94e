#include "adapters/abi/host_functions.hpp"

#include "adapters/abi/text.hpp"
#include "protocol/core/topic.hpp"
#include "protocol/core/utf8.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <span>
#include <string>
#include <utility>

namespace weir::adapters::abi {

namespace {

using protocol::Error;
using protocol::ErrorCode;
using protocol::fail;
using protocol::Result;

constexpr std::size_t batch_items_max = 256;  ///< what is copied before the port gets it
constexpr std::size_t text_bytes_max = 1024;  ///< of a log line or a reason
constexpr std::size_t counter_names_max = 32;
constexpr std::size_t counter_name_bytes_max = 32;
constexpr std::size_t urls_max = 64;
constexpr std::string_view refused_entries = "refused_entries";

HostFunctions& self(void* context) {
  return *static_cast<HostFunctions*>(context);
}

/// Text from an adapter as it may stand in one log line.
std::string clean(weir_text text) {
  std::string line(to_view(text).substr(0, text_bytes_max));
  while (!line.empty() && line.size() < text.size && !protocol::is_utf8(line)) line.pop_back();
  if (!protocol::is_utf8(line)) return "(text that is not UTF-8)";
  std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

bool is_counter_name(std::string_view name) {
  return !name.empty() && name.size() <= counter_name_bytes_max &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

Level to_level(weir_level level) {
  return static_cast<Level>(std::min<weir_level>(level, WEIR_ERROR));
}

Outcome to_outcome(weir_outcome outcome) {
  return outcome > WEIR_SENT_UNKNOWN ? Outcome::unknown : static_cast<Outcome>(outcome);
}

/// Runs `call` for an adapter that hands something in. It throws only if we are out of memory.
template <class Call>
weir_answer answered(weir_error* error, Call call) noexcept {
  try {
    return call();
  } catch (...) {
    fill_error(error, WEIR_ERROR_OVERLOADED, "the gateway is out of memory");
    return WEIR_REFUSED;
  }
}

weir_error* error_of(weir_refusal* refusal) {
  if (refusal == nullptr) return nullptr;
  refusal->index = 0;
  return &refusal->error;
}

template <class Call>
void guarded(Call call) noexcept {
  try {
    call();
  } catch (...) {
    return;  // a report or an end is lost with the memory that it needs; the adapter goes on
  }
}

weir_host make_table(void* context) {
  weir_host table{};
  table.size = sizeof table;
  table.abi_version = WEIR_ABI_VERSION;
  table.context = context;
  table.publish = [](void* c, const weir_publication* items, size_t n, weir_refusal* refusal) {
    return answered(error_of(refusal), [&] { return self(c).publish(items, n, refusal); });
  };
  table.gap = [](void* c, weir_text topic, weir_cause cause, weir_error* error) {
    return answered(error, [&] { return self(c).gap(topic, cause, error); });
  };
  table.reset = [](void* c, weir_text topic, weir_error* error) {
    return answered(error, [&] { return self(c).reset(topic, error); });
  };
  table.status = [](void* c, weir_state state, weir_text reason) {
    guarded([&] { self(c).status(state, reason); });
  };
  table.log = [](void* c, weir_level level, weir_text text) {
    guarded([&] { self(c).log(level, text); });
  };
  table.count = [](void* c, weir_text event, uint64_t n) {
    guarded([&] { self(c).count(event, n); });
  };
  table.listening = [](void* c, weir_text url) { guarded([&] { self(c).listening(url); }); };
  table.each_wanted = [](void* c, weir_text_sink sink, void* sink_context) {
    guarded([&] { self(c).each_wanted(sink, sink_context); });
  };
  table.sent = [](void* c, uint64_t id, weir_outcome outcome, const weir_error* error) {
    guarded([&] { self(c).sent(id, outcome, error); });
  };
  table.replay_entries =
      [](void* c, uint64_t id, const weir_publication* items, size_t n, weir_refusal* refusal) {
        return answered(error_of(refusal),
                        [&] { return self(c).replay_entries(id, items, n, refusal); });
      };
  table.replay_end = [](void* c, uint64_t id, const weir_error* error) {
    guarded([&] { self(c).replay_end(id, error); });
  };
  return table;
}

}  // namespace

HostFunctions::HostFunctions(PublicationLimits limits, HostPort& port)
    : limits_(limits), port_(port), table_(make_table(this)) {
  own_counters_.emplace(refused_entries, 0);
}

bool HostFunctions::add_wanted(std::string_view filter) {
  const std::lock_guard lock(mutex_);
  return wanted_.emplace(filter).second;
}

bool HostFunctions::remove_wanted(std::string_view filter) {
  const std::lock_guard lock(mutex_);
  const auto at = wanted_.find(filter);
  if (at == wanted_.end()) return false;
  wanted_.erase(at);
  return true;
}

std::vector<std::string> HostFunctions::wanted() const {
  const std::lock_guard lock(mutex_);
  return {wanted_.begin(), wanted_.end()};
}

WantedFilters HostFunctions::first_wanted(std::size_t filters_max) const {
  const std::lock_guard lock(mutex_);
  const auto count = std::min(filters_max, wanted_.size());
  return {{wanted_.begin(), std::next(wanted_.begin(), static_cast<std::ptrdiff_t>(count))},
          wanted_.size()};
}

void HostFunctions::open_send(std::uint64_t send_id) {
  const std::lock_guard lock(mutex_);
  open_sends_.insert(send_id);
}

void HostFunctions::open_replay(std::uint64_t replay_id) {
  const std::lock_guard lock(mutex_);
  open_replays_.insert(replay_id);
}

bool HostFunctions::is_open_replay(std::uint64_t replay_id) const {
  const std::lock_guard lock(mutex_);
  return open_replays_.contains(replay_id);
}

void HostFunctions::end_all() {
  std::set<std::uint64_t> sends;
  std::set<std::uint64_t> replays;
  {
    const std::lock_guard lock(mutex_);
    sends.swap(open_sends_);
    replays.swap(open_replays_);
  }
  for (const std::uint64_t id : sends)
    port_.sent({.send_id = id,
                .outcome = Outcome::unknown,
                .error = {ErrorCode::unknown, "the adapter has stopped"}});
  for (const std::uint64_t id : replays)
    port_.replayed({.replay_id = id,
                    .entries = {},
                    .is_last = true,
                    .result = protocol::fail(ErrorCode::unavailable, "the adapter has stopped")});
}

void HostFunctions::count(weir_text event, std::uint64_t n) {
  const std::string_view name = to_view(event);
  bool is_taken = false;
  if (is_counter_name(name)) {
    const std::lock_guard lock(mutex_);
    const auto at = counters_.find(name);
    is_taken = at != counters_.end() || counters_.size() < counter_names_max;
    if (at != counters_.end()) {
      at->second += n;
    } else if (is_taken) {
      counters_.emplace(name, n);
    }
  }
  if (!is_taken) misuse("count", "an event must be [a-z0-9_]{1,32}, and there are at most 32");
}

void HostFunctions::count_own(std::string_view event) {
  const std::lock_guard lock(mutex_);
  ++own_counters_.try_emplace(std::string(event), 0).first->second;
}

std::map<std::string, std::uint64_t> HostFunctions::counters() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::uint64_t> all(counters_.begin(), counters_.end());
  for (const auto& [event, n] : own_counters_) all[event] += n;
  return all;
}

void HostFunctions::misuse(std::string_view function, std::string_view what) {
  count_own("misuses");
  port_.report(
      LogReport{.level = Level::warning, .text = std::string(function) + ": " + std::string(what)});
}

Result<void> HostFunctions::check_phase() const {
  switch (phase_.load()) {
    case Phase::opened:
      return fail(ErrorCode::bad_request, "nothing is taken before start");
    case Phase::running:
      return {};
    case Phase::stopped:
      return fail(ErrorCode::draining, "nothing is taken after stop");
  }
  return {};
}

weir_answer HostFunctions::refuse(std::size_t index,
                                  const protocol::Error& error,
                                  weir_refusal* refusal) {
  count_own(refused_entries);
  if (refusal != nullptr) {
    refusal->index = index;
    fill(&refusal->error, error);
  }
  return WEIR_REFUSED;
}

weir_answer HostFunctions::publish(const weir_publication* items,
                                   std::size_t count,
                                   weir_refusal* refusal) {
  if (const auto phase = check_phase(); !phase) return refuse(0, phase.error(), refusal);
  if (const auto array = check_array(items, count); !array)
    return refuse(0, array.error(), refusal);
  weir_answer total = WEIR_ACCEPTED;
  std::vector<PublishItem> batch;
  batch.reserve(std::min(count, batch_items_max));
  for (std::size_t i = 0; i < count;) {
    const std::size_t begin = i;
    std::optional<Error> bad;
    batch.clear();
    for (; i < count && batch.size() < batch_items_max && !bad; ++i) {
      auto item = to_item(items, i, limits_);
      if (item) {
        batch.push_back(std::move(*item));
      } else {
        bad = item.error();
      }
    }
    if (!batch.empty()) {
      const PublishAnswer answer = port_.publish(batch);
      if (answer.answer == Answer::refused)
        return refuse(begin + answer.index, answer.error, refusal);
      if (answer.answer == Answer::slow_down) total = WEIR_SLOW_DOWN;
    }
    if (bad) return refuse(i - 1, *bad, refusal);
  }
  return total;
}

weir_answer HostFunctions::gap(weir_text topic, weir_cause cause, weir_error* error) {
  weir_publication publication{};
  publication.size = sizeof publication;
  publication.operation = WEIR_GAP;
  publication.topic = topic;
  publication.cause = cause;
  weir_refusal refusal{};
  const weir_answer answer = publish(&publication, 1, &refusal);
  if (answer == WEIR_REFUSED && error != nullptr) *error = refusal.error;
  return answer;
}

weir_answer HostFunctions::reset(weir_text topic, weir_error* error) {
  auto result = check_phase();
  if (result) result = check_text("topic", topic);
  if (result) result = protocol::check_topic(to_view(topic));
  if (result) result = port_.reset(to_view(topic));
  if (result) return WEIR_ACCEPTED;
  fill(error, result.error());
  return WEIR_REFUSED;
}

void HostFunctions::status(weir_state state, weir_text reason) {
  if (state > WEIR_RECONNECTING)
    misuse("status", "state " + std::to_string(state) + " stands for nothing; taken as down");
  StatusReport report{
      .state = state > WEIR_RECONNECTING ? SourceState::down : static_cast<SourceState>(state),
      .reason = clean(reason)};
  {
    const std::lock_guard lock(mutex_);
    if (last_status_ && last_status_->state == report.state &&
        last_status_->reason == report.reason)
      return;
    last_status_ = report;
  }
  port_.report(std::move(report));
}

void HostFunctions::log(weir_level level, weir_text text) {
  port_.report(LogReport{.level = to_level(level), .text = clean(text)});
}

void HostFunctions::listening(weir_text url) {
  std::string text = clean(url);
  bool is_taken = false;
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    is_new = !urls_.contains(text);
    is_taken = !text.empty() && (!is_new || urls_.size() < urls_max);
    if (is_taken && is_new) urls_.insert(text);
  }
  if (!is_taken) return misuse("listening", "a URL is not empty, and there are at most 64");
  if (is_new) port_.report(ListeningReport{.url = std::move(text)});
}

void HostFunctions::each_wanted(weir_text_sink sink, void* sink_context) {
  if (sink == nullptr) return misuse("each_wanted", "sink is NULL");
  for (const std::string& filter : wanted()) sink(sink_context, to_text(filter));
}

void HostFunctions::sent(std::uint64_t send_id, weir_outcome outcome, const weir_error* error) {
  if (outcome > WEIR_SENT_UNKNOWN)
    misuse("sent", "outcome " + std::to_string(outcome) + " stands for nothing; taken as unknown");
  {
    const std::lock_guard lock(mutex_);
    if (open_sends_.erase(send_id) == 0) return;
  }
  SendOutcome result{.send_id = send_id, .outcome = to_outcome(outcome), .error = {}};
  if (result.outcome != Outcome::accepted) result.error = to_error(error);
  port_.sent(std::move(result));
}

weir_answer HostFunctions::replay_entries(std::uint64_t replay_id,
                                          const weir_publication* items,
                                          std::size_t count,
                                          weir_refusal* refusal) {
  if (!is_open_replay(replay_id))
    return refuse(0, {ErrorCode::bad_request, "no replay with this id is open"}, refusal);
  if (const auto array = check_array(items, count); !array)
    return refuse(0, array.error(), refusal);
  ReplayPart part{.replay_id = replay_id, .entries = {}, .is_last = false, .result = {}};
  for (std::size_t i = 0; i < count; ++i) {
    auto item = to_item(items, i, limits_);
    if (!item) return refuse(i, item.error(), refusal);
    if (!item->publication.source_position)
      return refuse(i, {ErrorCode::bad_request, "a replayed entry has no offset"}, refusal);
    part.entries.push_back(std::move(item->publication));
  }
  const PublishAnswer answer = port_.replayed(std::move(part));
  if (answer.answer == Answer::refused) return refuse(answer.index, answer.error, refusal);
  return static_cast<weir_answer>(answer.answer);
}

void HostFunctions::replay_end(std::uint64_t replay_id, const weir_error* error) {
  {
    const std::lock_guard lock(mutex_);
    if (open_replays_.erase(replay_id) == 0) return;
  }
  ReplayPart part{.replay_id = replay_id, .entries = {}, .is_last = true, .result = {}};
  if (error != nullptr && error->code != WEIR_ERROR_NONE)
    part.result = protocol::fail(to_error(error));
  port_.replayed(std::move(part));
}

}  // namespace weir::adapters::abi
