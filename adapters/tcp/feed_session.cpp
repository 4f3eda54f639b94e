#include "adapters/tcp/feed_session.hpp"

#include "adapters/abi/translation.hpp"
#include "adapters/common/feed_text.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace weir::adapters::tcp {

using protocol::Error;
using protocol::ErrorCode;

FeedSession::FeedSession(std::uint32_t connection, std::string peer, FeedShared& shared)
    : connection_(connection),
      peer_(std::move(peer)),
      shared_(shared),
      input_(shared.rules.format,
             shared.rules.feeders.empty()
                 ? shared.rules.line_bytes_max
                 : std::min(greeting_bytes_max, shared.rules.line_bytes_max)),
      output_(shared.rules.format),
      access_(shared.rules.feeders.empty() ? Access::admitted : Access::greeting_due) {
}

void FeedSession::on_read(std::size_t bytes) {
  if (is_refused()) return;  // it is told why; what else it says is not looked at
  input_.commit(bytes);
  bytes_ += bytes;
  has_heard_ = true;
  is_drained_ = false;
  shared_.host.count("bytes", bytes);
  pump();
}

void FeedSession::on_end() {
  has_ended_ = true;
  if (is_refused()) return;
  is_drained_ = false;
  pump();
}

void FeedSession::resume() {
  if (std::exchange(is_paused_, false) && has_greeted_) output_.say(common::append_resume);
  pump();
}

bool FeedSession::beat(TimePoint now) {
  const auto interval = shared_.rules.heartbeat;
  if (!has_greeted_ || has_ended_ || interval.count() == 0) return true;
  // who is not read from cannot be heard
  if (std::exchange(has_heard_, false) || !wants_read()) heard_at_ = now;
  if (std::exchange(has_said_, false)) said_at_ = now;
  if (now - said_at_ >= interval && output_.empty() && in_flight_bytes_ == 0)
    output_.say(common::append_heartbeat);
  if (now - heard_at_ < 2 * interval) return true;
  shared_.host.count("silent_feeders");
  has_fallen_silent_ = true;
  return false;
}

bool FeedSession::wants_read() const {
  return !has_ended_ && (is_refused() || (can_take() && is_drained_));
}

bool FeedSession::can_take() const {
  return !is_paused_ && pending_acks_ < shared_.rules.ack_window &&
         output_.size() + in_flight_bytes_ < unsent_bytes_max;
}

bool FeedSession::is_finished() const {
  if (!output_.empty() || in_flight_bytes_ != 0) return false;
  return is_refused() || (has_ended_ && is_drained_ && pending_acks_ == 0);
}

bool FeedSession::is_same_feeder(const FeedSession& other) const {
  return !own_name_.empty() && own_name_ == other.own_name_ && feeder_ == other.feeder_;
}

std::string FeedSession::describe() const {
  return peer_ + (feeder_ == nullptr ? "" : " (" + feeder_->name + ")") + ", " +
         std::to_string(line_count_) + " lines (" + std::to_string(bad_lines_) + " bad), " +
         std::to_string(bytes_) + " bytes";
}

void FeedSession::pump() {
  const std::uint64_t before = line_count_;
  while (!is_drained_ && can_take()) {
    batch_.clear();
    entry_lines_.clear();
    input_.release();
    for (std::size_t i = 0; i < batch_lines_max && !is_drained_ && can_take(); ++i) {
      auto line = input_.next();
      // the end of the stream ends its last line, too
      if (!line && has_ended_) line = input_.last();
      if (line) {
        ++line_count_;
        read_line(*line);
      } else {
        is_drained_ = true;
      }
    }
    publish();
  }
  if (line_count_ != before) shared_.host.count("lines", line_count_ - before);
}

void FeedSession::read_line(const FeedMessage& line) {
  if (line.fault) {
    has_begun_ = true;
    reject(line.number, std::nullopt, *line.fault);
    return;
  }
  const auto read = batch_.add(line.json);
  if (read && std::holds_alternative<std::monostate>(*read)) return;
  if (!read) {
    has_begun_ = true;
    reject(line.number, read.error().id, read.error().error);
    return;
  }
  if (const auto* greeting = std::get_if<common::FeedGreeting>(&*read)) {
    greet(line.number, *greeting);
  } else if (access_ == Access::greeting_due) {
    refuse(line.number, R"(the first line must be {"auth":"..."})");
  } else if (const auto* entry = std::get_if<common::FeedEntry>(&*read)) {
    add_entry(line.number, entry->id);
  } else if (const auto* reply = std::get_if<common::FeedReply>(&*read)) {
    if (!shared_.upstream.on_reply(connection_, *reply)) shared_.host.count("unexpected_replies");
  }
  has_begun_ = true;
}

void FeedSession::greet(std::uint64_t line, const common::FeedGreeting& greeting) {
  if (has_begun_) {
    reject(line,
           std::nullopt,
           {ErrorCode::bad_request, "'hello' and 'auth' belong into the first line"});
    return;
  }
  const FeedRules& rules = shared_.rules;
  if (!rules.feeders.empty()) {
    feeder_ = greeting.has_auth ? find_feeder(rules.feeders, greeting.auth) : nullptr;
    if (feeder_ == nullptr) {
      refuse(line, greeting.has_auth ? "no feeder has this secret" : "'auth' is missing");
      return;
    }
    access_ = Access::admitted;
    input_.set_message_bytes_max(rules.line_bytes_max);
  }
  has_greeted_ = true;
  own_name_ = greeting.name;
  output_.say([&](std::string& out) {
    common::append_hello(out,
                         {.window = rules.ack_window,
                          .line_bytes_max = rules.line_bytes_max,
                          .heartbeat_ms = static_cast<std::uint64_t>(rules.heartbeat.count())});
  });
}

void FeedSession::add_entry(std::uint64_t line, std::optional<std::uint64_t> id) {
  weir_publication& entry = batch_.last();
  if (feeder_ != nullptr && !feeder_->may_publish(abi::to_view(entry.topic))) {
    batch_.drop_last();
    reject(line, id, {ErrorCode::forbidden, "this feeder may not publish to this topic"});
    return;
  }
  if (id) {
    entry.receipt_wish = WEIR_RECEIPT_ALWAYS;
    entry.receipt = shared_.receipts.add(connection_, *id);
    ++pending_acks_;
  } else {
    entry.receipt_wish = WEIR_RECEIPT_ERRORS;
    entry.receipt = ReceiptTable::of_line(connection_, line);
  }
  entry_lines_.push_back({line, entry.receipt, id});
}

void FeedSession::publish() {
  const auto entries = batch_.publications();
  for (std::size_t from = 0; from < entries.size();) {
    weir_refusal refusal{};
    const abi::Answer answer = shared_.host.publish(entries.subspan(from), &refusal);
    if (answer == abi::Answer::slow_down) {
      is_paused_ = true;
      if (has_greeted_) output_.say(common::append_pause);
      shared_.host.count("pauses");
    }
    if (answer != abi::Answer::refused) return;
    from += refusal.index;
    const EntryLine& refused = entry_lines_[from];
    if (refused.id && shared_.receipts.take(refused.receipt)) --pending_acks_;
    reject(refused.line, refused.id, abi::to_error(&refusal.error));
    ++from;
  }
}

void FeedSession::on_receipt(const ReceiptOwner& owner, const std::optional<Error>& error) {
  if (owner.id) --pending_acks_;
  if (error) {
    reject(owner.line, owner.id, *error);
  } else if (owner.id) {
    output_.say([&](std::string& out) { common::append_ack(out, *owner.id); });
  }
  pump();
}

void FeedSession::reject(std::uint64_t line, std::optional<std::uint64_t> id, const Error& error) {
  if (access_ == Access::greeting_due) {
    refuse(line, R"(the first line must be {"auth":"..."})");
    return;
  }
  output_.say([&](std::string& out) {
    id ? common::append_nack(out, *id, error) : common::append_bad_line(out, line, error);
  });
  shared_.host.count("bad_lines");
  if (++bad_lines_ != 1) return;
  shared_.host.log(
      abi::Level::warning,
      peer_ + ": " + (id ? "id " + std::to_string(*id) : "line " + std::to_string(line)) + ": " +
          std::string(error.message()) + "; more bad lines of this feeder are counted only");
}

/// Ends it: nothing more is looked at.
void FeedSession::refuse(std::uint64_t line, std::string_view why) {
  access_ = Access::refused;
  batch_.clear();
  is_drained_ = true;
  output_.say([&](std::string& out) {
    common::append_bad_line(out, line, {ErrorCode::bad_token, std::string(why)});
  });
  shared_.host.count("auth_failures");
  if (shared_.refusal_logs == 0) return;
  --shared_.refusal_logs;
  shared_.host.log(abi::Level::warning, peer_ + " is refused: " + std::string(why));
}

bool FeedSession::send(const weir_publication& entry, std::uint64_t id) {
  if (!is_admitted() || output_.size() + in_flight_bytes_ >= unsent_bytes_max) return false;
  output_.say_entry(entry, id);
  return true;
}

void FeedSession::on_written() {
  in_flight_bytes_ = 0;
  pump();  // lines may have waited for room for their replies
}

void FeedSession::take_output(std::string& out) {
  output_.take(out);
  in_flight_bytes_ = out.size();
  has_said_ = true;
}

}  // namespace weir::adapters::tcp
