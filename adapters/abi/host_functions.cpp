#include "adapters/abi/host_functions.hpp"

#include "protocol/core/utf8.hpp"

#include <algorithm>
#include <exception>
#include <span>
#include <utility>

namespace weir::adapters::abi {

namespace {

using protocol::Error;
using protocol::ErrorCode;

constexpr std::size_t batch_items_max = 256;  ///< what is copied before the port gets it
constexpr std::size_t text_bytes_max = 1024;  ///< of a log line or a reason
constexpr std::size_t counter_names_max = 32;
constexpr std::size_t counter_name_bytes_max = 32;
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

/// Runs `call`; what it throws (we are out of memory) becomes `otherwise`.
template <class Result, class Call>
Result guarded(Result otherwise, Call call) noexcept {
  try {
    return call();
  } catch (...) {
    return otherwise;
  }
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
    return guarded<weir_answer>(WEIR_REFUSED, [&] { return self(c).publish(items, n, refusal); });
  };
  table.gap = [](void* c, weir_text topic, weir_cause cause, weir_error* error) {
    return guarded<weir_answer>(WEIR_REFUSED, [&] { return self(c).gap(topic, cause, error); });
  };
  table.reset = [](void* c, weir_text topic, weir_error* error) {
    return guarded<weir_answer>(WEIR_REFUSED, [&] { return self(c).reset(topic, error); });
  };
  table.status = [](void* c, weir_state state, weir_text reason) {
    guarded([&] { self(c).status(state, reason); });
  };
  table.log = [](void* c, weir_level level, weir_text text) {
    guarded([&] { self(c).log(level, text); });
  };
  table.count = [](void* c, weir_text event, uint64_t n) {
    guarded([&] { self(c).count(to_view(event), n); });
  };
  table.listening = [](void* c, weir_text url) { guarded([&] { self(c).listening(url); }); };
  table.each_wanted = [](void* c, weir_text_sink sink, void* sink_context) {
    guarded([&] {
      for (const std::string& filter : self(c).wanted()) sink(sink_context, to_text(filter));
    });
  };
  table.sent = [](void* c, uint64_t id, weir_outcome outcome, const weir_error* error) {
    guarded([&] { self(c).sent(id, outcome, error); });
  };
  table.replay_entries =
      [](void* c, uint64_t id, const weir_publication* items, size_t n, weir_refusal* refusal) {
        return guarded<weir_answer>(WEIR_REFUSED,
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
  counters_.emplace(refused_entries, 0);
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

void HostFunctions::count(std::string_view event, std::uint64_t n) {
  if (!is_counter_name(event)) return;
  const std::lock_guard lock(mutex_);
  const auto at = counters_.find(event);
  if (at != counters_.end()) {
    at->second += n;
  } else if (counters_.size() <= counter_names_max) {
    counters_.emplace(event, n);
  }
}

std::map<std::string, std::uint64_t> HostFunctions::counters() const {
  const std::lock_guard lock(mutex_);
  return {counters_.begin(), counters_.end()};
}

weir_answer HostFunctions::refuse(std::size_t index,
                                  const protocol::Error& error,
                                  weir_refusal* refusal) {
  count(refused_entries, 1);
  if (refusal != nullptr) {
    refusal->index = index;
    fill(&refusal->error, error);
  }
  return WEIR_REFUSED;
}

weir_answer HostFunctions::publish(const weir_publication* items,
                                   std::size_t count,
                                   weir_refusal* refusal) {
  weir_answer total = WEIR_ACCEPTED;
  std::vector<PublishItem> batch;
  batch.reserve(std::min(count, batch_items_max));
  for (std::size_t i = 0; i < count;) {
    const std::size_t begin = i;
    std::optional<Error> bad;
    batch.clear();
    for (; i < count && batch.size() < batch_items_max && !bad; ++i) {
      auto item = to_item(element(items, i), limits_);
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
  const auto result = port_.reset(to_view(topic));
  if (result) return WEIR_ACCEPTED;
  fill(error, result.error());
  return WEIR_REFUSED;
}

void HostFunctions::status(weir_state state, weir_text reason) {
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
  port_.report(ListeningReport{.url = clean(url)});
}

void HostFunctions::sent(std::uint64_t send_id, weir_outcome outcome, const weir_error* error) {
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
  ReplayPart part{.replay_id = replay_id, .entries = {}, .is_last = false, .result = {}};
  for (std::size_t i = 0; i < count; ++i) {
    auto item = to_item(element(items, i), limits_);
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
