#include "adapters/amqp/stream_intake.hpp"

#include "adapters/abi/text.hpp"
#include "adapters/abi/translation.hpp"
#include "protocol/core/error.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>

namespace weir::adapters::amqp {
namespace {

using Broken = protocol::Unexpected<std::string>;

/// The others are counted only.
constexpr std::uint64_t logged_messages_max = 10;
/// How long the message that was seen last may take to come again, in times of connecting.
constexpr int overlap_waits = 2;

}  // namespace

StreamIntake::StreamIntake(const StreamConfig& config, abi::Host host)
    : config_(config), host_(host), mapping_(config.mapping), epoch_(config.epoch) {
}

StreamStart StreamIntake::start() const {
  if (last_) return last_->offset;
  // Of a stream that is another one now nobody can say what was read of it.
  return epoch_.empty() ? StreamStart(StreamEnd::last) : config_.start;
}

void StreamIntake::on_connected(TimePoint now) {
  done_tag_ = 0;
  told_tag_ = 0;
  if (last_) overlap_until_ = now + overlap_waits * config_.patience.connect_timeout;
}

void StreamIntake::on_lost() {
  held_.clear();
  overlap_until_.reset();
}

protocol::Result<void, std::string> StreamIntake::on_message(common::Message message) {
  const auto offset = offset_of(message);
  if (!offset)
    return Broken("the queue " + config_.stream + " is no stream: its messages have no offset");
  const auto found_new = is_new(message, *offset);
  if (!found_new) return Broken(found_new.error());
  held_.push_back({std::move(message), *offset, *found_new});
  return {};
}

protocol::Result<bool, std::string> StreamIntake::is_new(const common::Message& message,
                                                         StreamOffset offset) {
  if (!last_) return true;
  if (offset < last_->offset) return false;
  if (!std::exchange(overlap_until_, std::nullopt)) return offset > last_->offset;
  if (offset == last_->offset) {
    if (fingerprint_of(message) == last_->fingerprint) return false;
    return break_with("another message stands at offset " + std::to_string(offset));
  }
  if (offset == last_->offset + 1) return true;  // the one before it has just gone
  host_.count("truncations");
  gap_until_ = to_entry_offset(offset - 1);
  due_gaps_.assign(topics_.begin(), topics_.end());
  return true;
}

Broken StreamIntake::break_with(const std::string& reason) {
  host_.count("resets");
  host_.log(abi::Level::warning,
            "stream " + config_.stream + " is not the one that it was: " + reason +
                "; its topics begin anew, without its offsets, until it has another epoch");
  epoch_.clear();
  last_.reset();
  overlap_until_.reset();
  held_.clear();
  due_gaps_.clear();
  due_resets_.assign(topics_.begin(), topics_.end());
  return Broken("the stream is not the one that it was: " + reason);
}

protocol::Result<void, std::string> StreamIntake::pump(TimePoint now) {
  if (overlap_until_ && *overlap_until_ <= now)
    return break_with("nothing stands at offset " + std::to_string(last_->offset));
  if (!tell_resets(now) || !tell_gaps(now)) return {};
  while (!held_.empty() && can_publish(now)) {
    collect();
    publish(now);
  }
  return {};
}

bool StreamIntake::can_publish(TimePoint now) {
  if (rests_until_ && now < *rests_until_) return false;
  rests_until_.reset();
  if (is_paused_ && !has_resumed_) return false;
  is_paused_ = false;
  return true;
}

bool StreamIntake::must_rest(const weir_error& error, TimePoint now) {
  const auto code = abi::to_error(&error).code;
  if (protocol::info(code).retry != protocol::Retry::yes) return false;
  rests_until_ = now + rest;
  return true;
}

bool StreamIntake::tell_resets(TimePoint now) {
  while (!due_resets_.empty() && can_publish(now)) {
    weir_error error{};
    const abi::Answer answer = host_.reset(due_resets_.front(), &error);
    if (answer == abi::Answer::refused && must_rest(error, now)) return false;
    due_resets_.pop_front();
  }
  return due_resets_.empty();
}

bool StreamIntake::tell_gaps(TimePoint now) {
  while (!due_gaps_.empty() && can_publish(now)) {
    has_resumed_ = false;
    weir_refusal refusal{};
    const weir_publication gap = truncated_until(due_gaps_.front(), epoch_, gap_until_);
    const abi::Answer answer = host_.publish(gap, &refusal);
    is_paused_ = answer == abi::Answer::slow_down;
    if (answer == abi::Answer::refused && must_rest(refusal.error, now)) return false;
    if (answer != abi::Answer::refused) host_.count("gaps");
    due_gaps_.pop_front();
  }
  return due_gaps_.empty();
}

/// Fills the batch from the front of what is held.
void StreamIntake::collect() {
  publications_.clear();
  places_.clear();
  collected_ = 0;
  for (const Held& held : held_) {
    if (publications_.size() == batch_max) return;
    ++collected_;
    if (!held.is_new) continue;
    common::MappedEntry& entry = batch_.at(publications_.size());
    const auto mapped = mapping_.map(held.message, epoch_, held.offset, entry);
    if (!mapped) note_bad(held.message, mapped.error().message());
    if (entry.topic.empty()) continue;
    publications_.push_back(entry.publication);
    places_.push_back(collected_ - 1);
  }
}

void StreamIntake::publish(TimePoint now) {
  // before: `resume` may come before `publish` has returned
  has_resumed_ = false;
  for (std::size_t from = 0; from < publications_.size();) {
    weir_refusal refusal{};
    const abi::Answer answer = host_.publish(std::span(publications_).subspan(from), &refusal);
    const std::size_t end =
        answer == abi::Answer::refused ? from + refusal.index : publications_.size();
    for (; from < end; ++from) topics_.emplace(batch_.at(from).topic);
    if (answer == abi::Answer::slow_down) {
      is_paused_ = true;
      host_.count("pauses");
    }
    if (answer != abi::Answer::refused) break;
    if (must_rest(refusal.error, now)) return finish(places_.at(from));
    note_bad(held_.at(places_.at(from)).message, abi::to_error(&refusal.error).message());
    ++from;
  }
  finish(collected_);
}

/// So many of the held are done with.
void StreamIntake::finish(std::size_t held) {
  if (held == 0) return;
  done_tag_ = held_.at(held - 1).message.tag;
  const auto end = held_.begin() + static_cast<std::ptrdiff_t>(held);
  const auto newest = std::find_if(
      std::make_reverse_iterator(end), held_.rend(), [](const Held& done) { return done.is_new; });
  if (newest != held_.rend()) last_ = {newest->offset, fingerprint_of(newest->message)};
  held_.erase(held_.begin(), end);
}

std::uint64_t StreamIntake::take_acknowledgement() {
  if (done_tag_ == told_tag_) return 0;
  told_tag_ = done_tag_;
  return done_tag_;
}

std::optional<StreamIntake::TimePoint> StreamIntake::wake_at() const {
  const bool has_work = !held_.empty() || !due_gaps_.empty() || !due_resets_.empty();
  if (has_work && rests_until_) return rests_until_;
  return overlap_until_;
}

void StreamIntake::note_bad(const common::Message& message, std::string_view why) {
  host_.count("bad_messages");
  if (++bad_messages_ > logged_messages_max) return;
  host_.log(
      abi::Level::warning,
      mapping_.name_of(message) + ": " + std::string(why) +
          (bad_messages_ == logged_messages_max ? "; more bad messages are counted only" : ""));
}

}  // namespace weir::adapters::amqp
