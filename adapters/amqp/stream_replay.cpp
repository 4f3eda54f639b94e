#include "adapters/amqp/stream_replay.hpp"

#include "adapters/abi/text.hpp"
#include "adapters/abi/translation.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

namespace weir::adapters::amqp {

StreamReplay::StreamReplay(const StreamConfig& config,
                           abi::PendingReplay pending,
                           const weir_replay_request& request)
    : mapping_(config.mapping),
      pending_(std::move(pending)),
      topic_(abi::to_view(request.topic)),
      epoch_(abi::to_view(request.epoch)),
      reached_(request.from),
      to_(request.to) {
}

StreamStart StreamReplay::start() const {
  return reached_ == 0 ? StreamOffset{0} : reached_ - 1;
}

void StreamReplay::on_lost() {
  held_.clear();
  has_begun_ = false;
  done_tag_ = 0;
  told_tag_ = 0;
}

void StreamReplay::pump() {
  while (!is_done_ && !is_paused_ && !held_.empty()) {
    if (!take(held_.front())) return;
    done_tag_ = held_.front().tag;
    held_.pop_front();
  }
}

bool StreamReplay::take(const common::Message& message) {
  const auto offset = offset_of(message);
  if (!offset) {
    fail("the queue is no stream");
    return true;
  }
  const auto entry_offset = to_entry_offset(*offset);
  if (!has_begun_ && !begin_at(entry_offset)) return is_done_;
  if (entry_offset <= reached_) return true;
  if (entry_offset <= to_) {
    common::MappedEntry entry;
    // What cannot be an entry is a gap in a replay as it was when it came.
    std::ignore = mapping_.map(message, epoch_, *offset, entry);
    if (entry.topic == topic_ && !hand_in(entry.publication)) return is_done_;
    reached_ = entry_offset;
  }
  if (entry_offset >= to_) end();
  return true;
}

/// The first message tells whether those between are gone.
bool StreamReplay::begin_at(std::uint64_t entry_offset) {
  if (entry_offset < reached_) return true;  // not asked for
  if (entry_offset > reached_ + 1) {
    const auto missing_until = std::min(entry_offset - 1, to_);
    if (!hand_in(truncated_until(topic_, epoch_, missing_until))) return false;
    reached_ = missing_until;
  }
  has_begun_ = true;
  return true;
}

bool StreamReplay::hand_in(const weir_publication& publication) {
  weir_refusal refusal{};
  const abi::Answer answer = pending_.publish(std::span(&publication, 1), &refusal);
  if (answer == abi::Answer::slow_down) is_paused_ = true;
  if (answer != abi::Answer::refused) return true;
  if (abi::to_error(&refusal.error).code == protocol::ErrorCode::overloaded) {
    is_paused_ = true;
  } else {
    fail("it is not wanted any more");
  }
  return false;
}

void StreamReplay::end() {
  is_done_ = true;
  pending_.end();
}

void StreamReplay::fail(std::string_view reason) {
  is_done_ = true;
  pending_.fail(WEIR_ERROR_UNAVAILABLE, reason);
}

std::uint64_t StreamReplay::take_acknowledgement() {
  if (done_tag_ == told_tag_) return 0;
  told_tag_ = done_tag_;
  return done_tag_;
}

}  // namespace weir::adapters::amqp
