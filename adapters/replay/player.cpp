#include "adapters/replay/player.hpp"

#include <string>

namespace weir::adapters::replay {

using protocol::ErrorCode;

std::span<char> Player::prepare() {
  // the batch refers to lines that are gone now
  batch_.clear();
  published_ = 0;
  due_ = 0;
  return lines_.prepare();
}

void Player::on_read(std::size_t bytes) {
  lines_.commit(bytes);
  has_ended_ = bytes == 0;
  is_drained_ = false;
}

Player::Step Player::next(TimePoint now) {
  while (due_ - published_ < batch_lines_max) {
    if (last_due_) {
      if (*last_due_ > now) break;
      last_due_.reset();
      ++due_;
    } else if (!is_drained_) {
      read_line();
    } else {
      break;
    }
  }
  if (due_ != published_) {
    const auto entries = batch_.publications().subspan(published_, due_ - published_);
    published_ = due_;
    return Publish{entries};
  }
  if (last_due_) return Wait{*last_due_};
  if (has_ended_) return End{};
  return Read{};
}

void Player::read_line() {
  auto line = lines_.next();
  // the end of the file ends its last line, too
  if (!line && has_ended_) line = lines_.last();
  if (!line) {
    is_drained_ = true;
    return;
  }
  ++line_count_;
  take(*line);
}

void Player::take(const common::Line& line) {
  if (line.is_too_long) {
    skipped_.push_back(
        {line.number,
         {ErrorCode::too_big,
          "the line is above feed_line_bytes = " + std::to_string(line_bytes_max_)}});
    return;
  }
  const auto read = batch_.add(line.text);
  if (!read) {
    skipped_.push_back({line.number, read.error().error});
  } else if (std::holds_alternative<common::FeedReply>(*read)) {
    skipped_.push_back(
        {line.number, {ErrorCode::bad_request, "'ack' and 'nack' mean nothing in a recording"}});
  } else if (const auto* entry = std::get_if<common::FeedEntry>(&*read)) {
    batch_.last().receipt_wish = WEIR_RECEIPT_ERRORS;
    batch_.last().receipt = line.number;
    last_at_ms_ = entry->at_ms.value_or(last_at_ms_);
    last_due_ = pace_.due(last_at_ms_);
  }
}

}  // namespace weir::adapters::replay
