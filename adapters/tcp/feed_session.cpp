#include "adapters/tcp/feed_session.hpp"

#include "adapters/abi/translation.hpp"
#include "adapters/common/feed_text.hpp"

#include <utility>
#include <variant>

namespace weir::adapters::tcp {

using protocol::Error;
using protocol::ErrorCode;

FeedSession::FeedSession(std::uint32_t connection, std::string name, FeedShared& shared)
    : connection_(connection),
      name_(std::move(name)),
      shared_(shared),
      lines_(shared.line_bytes_max) {
}

void FeedSession::on_read(std::size_t bytes) {
  lines_.commit(bytes);
  has_read_ = true;
  is_drained_ = false;
  pump();
}

void FeedSession::on_end() {
  has_ended_ = true;
  is_drained_ = false;
  pump();
}

void FeedSession::resume() {
  is_paused_ = false;
  pump();
}

bool FeedSession::can_take() const {
  return !is_paused_ && pending_acks_ < acks_max &&
         output_.size() + in_flight_bytes_ < unsent_bytes_max;
}

bool FeedSession::is_finished() const {
  return has_ended_ && is_drained_ && pending_acks_ == 0 && output_.empty() &&
         in_flight_bytes_ == 0;
}

void FeedSession::pump() {
  std::uint64_t count = 0;
  while (!is_drained_ && can_take()) {
    batch_.clear();
    entry_lines_.clear();
    for (std::size_t i = 0; i < batch_lines_max && !is_drained_; ++i) {
      auto line = lines_.next();
      // the end of the stream ends its last line, too
      if (!line && has_ended_) line = lines_.last();
      if (line) {
        read_line(*line);
        ++count;
      } else {
        is_drained_ = true;
      }
    }
    publish();
  }
  if (count != 0) shared_.host.count("lines", count);
}

void FeedSession::read_line(const common::Line& line) {
  if (line.is_too_long) {
    reject(line.number,
           std::nullopt,
           {ErrorCode::too_big,
            "the line is above feed_line_bytes = " + std::to_string(shared_.line_bytes_max)});
    return;
  }
  const auto read = batch_.add(line.text);
  if (!read) {
    reject(line.number, read.error().id, read.error().error);
    return;
  }
  if (const auto* entry = std::get_if<common::FeedEntry>(&*read)) {
    add_entry(line.number, entry->id);
  } else if (const auto* reply = std::get_if<common::FeedReply>(&*read)) {
    if (!shared_.upstream.on_reply(connection_, *reply)) shared_.host.count("unexpected_replies");
  }
}

void FeedSession::add_entry(std::uint64_t line, std::optional<std::uint64_t> id) {
  weir_publication& entry = batch_.last();
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
    common::append_ack(output_, *owner.id);
  }
  pump();
}

void FeedSession::reject(std::uint64_t line, std::optional<std::uint64_t> id, const Error& error) {
  if (id) {
    common::append_nack(output_, *id, error);
  } else {
    common::append_bad_line(output_, line, error);
  }
  shared_.host.count("bad_lines");
  if (++bad_lines_ != 1) return;
  shared_.host.log(
      abi::Level::warning,
      name_ + ": " + (id ? "id " + std::to_string(*id) : "line " + std::to_string(line)) + ": " +
          std::string(error.message()) + "; more bad lines of this feeder are counted only");
}

bool FeedSession::send(const weir_publication& entry, std::uint64_t id) {
  if (output_.size() + in_flight_bytes_ >= unsent_bytes_max) return false;
  common::append_entry(output_, entry, id);
  return true;
}

void FeedSession::on_written() {
  in_flight_bytes_ = 0;
  pump();  // lines may have waited for room for their replies
}

void FeedSession::take_output(std::string& out) {
  out.swap(output_);
  in_flight_bytes_ = out.size();
}

}  // namespace weir::adapters::tcp
