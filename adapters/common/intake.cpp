#include "adapters/common/intake.hpp"

#include "adapters/abi/translation.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>
#include <span>

namespace weir::adapters::common {

namespace {

/// The others are counted only.
constexpr std::uint64_t logged_messages_max = 10;

/// Whether the same entry may be taken later.
bool may_pass(protocol::ErrorCode code) {
  return code == protocol::ErrorCode::unknown || protocol::info(code).retry == protocol::Retry::yes;
}

}  // namespace

Intake::Intake(const Options& options, abi::Host host)
    : host_(host),
      acknowledgements_(options.acknowledgements),
      demand_(options.demand),
      mapping_(options.mapping),
      recent_(options.remembered_ids) {
}

void Intake::on_connected(Continuity continuity) {
  if (continuity == Continuity::lost) on_loss({});
}

void Intake::on_lost() {
  if (acknowledgements_ == Acknowledgements::none) return;
  ++connection_;
  held_.clear();
  held_bytes_ = 0;
  book_.clear();
}

bool Intake::on_message(Message message) {
  if (acknowledgements_ == Acknowledgements::wanted && !book_.open(message.tag)) return false;
  held_bytes_ += message.body.size();
  held_.push_back({.what = std::move(message)});
  return true;
}

void Intake::on_loss(Loss loss) {
  held_.push_back({.what = std::move(loss)});
}

bool Intake::is_full() const {
  return acknowledgements_ == Acknowledgements::none &&
         (held_.size() >= held_messages_max || held_bytes_ >= held_bytes_max);
}

void Intake::on_receipt(std::uint64_t receipt, const std::optional<protocol::Error>& error) {
  const auto at = pending_.find(receipt);
  if (at == pending_.end()) return;
  const Pending pending = std::move(at->second);
  pending_.erase(at);
  if (!error) {
    if (!pending.message_id.empty()) recent_.add(pending.topic, pending.message_id);
    settle(pending, Verdict::acknowledge);
    return;
  }
  if (!may_pass(error->code)) {
    count_bad(pending.topic, *error);
    settle(pending, Verdict::reject);
    return;
  }
  needs_rest_ = true;
  if (acknowledgements_ == Acknowledgements::none) {
    host_.count("lost_messages");
    due_gaps_.push_back({pending.topic, WEIR_CAUSE_OVERFLOW});
    return;
  }
  host_.count("requeued");
  settle(pending, Verdict::requeue);
}

void Intake::settle(const Pending& pending, Verdict verdict) {
  const bool is_current = pending.connection == connection_;
  if (is_current && acknowledgements_ == Acknowledgements::wanted)
    book_.settle(pending.tag, verdict);
}

/// What will be no entry.
void Intake::finish(Held& held, Verdict verdict) {
  if (acknowledgements_ == Acknowledgements::wanted) book_.settle(held.message().tag, verdict);
  held.is_done = true;
}

std::optional<Intake::TimePoint> Intake::wake_at() const {
  return held_.empty() && due_gaps_.empty() ? std::nullopt : rests_until_;
}

bool Intake::can_publish(TimePoint now) {
  if (std::exchange(needs_rest_, false)) rests_until_ = now + rest;
  if (rests_until_ && now < *rests_until_) return false;
  rests_until_.reset();
  if (is_paused_ && !has_resumed_) return false;
  is_paused_ = false;
  return true;
}

void Intake::pump(TimePoint now) {
  while (tell_gaps(now) && !held_.empty() && can_publish(now)) {
    if (const auto* loss = std::get_if<Loss>(&held_.front().what)) {
      begin_gaps(*loss);
      held_.pop_front();
      continue;
    }
    collect();
    publish(now);
    drop_done();
  }
}

void Intake::drop_done() {
  while (!held_.empty() && held_.front().is_done) {
    held_bytes_ -= held_.front().message().body.size();
    held_.pop_front();
  }
}

void Intake::begin_gaps(const Loss& loss) {
  for (auto& [origin, topics] : topics_) {
    if (loss.origin && *loss.origin != origin) continue;
    for (const std::string& topic : topics) {
      if (!loss.filter || protocol::matches(*loss.filter, topic))
        due_gaps_.push_back({topic, loss.cause});
    }
    if (!loss.filter) continue;
    std::erase_if(topics,
                  [&](const std::string& topic) { return protocol::matches(*loss.filter, topic); });
  }
}

/// False: some are still due, and nothing may go before them.
bool Intake::tell_gaps(TimePoint now) {
  while (!due_gaps_.empty() && can_publish(now)) {
    has_resumed_ = false;
    weir_error error{};
    const abi::Answer answer = host_.gap(due_gaps_.front().topic, due_gaps_.front().cause, &error);
    is_paused_ = answer == abi::Answer::slow_down;
    if (answer == abi::Answer::refused && may_pass(abi::to_error(&error).code)) {
      rests_until_ = now + rest;
      return false;
    }
    if (answer != abi::Answer::refused) host_.count("gaps");
    due_gaps_.pop_front();
  }
  return due_gaps_.empty();
}

/// Fills the batch from the front of what is held, and settles what will be no entry.
void Intake::collect() {
  publications_.clear();
  for (Held& held : held_) {
    if (held.is_done) continue;
    if (publications_.size() == batch_max || std::holds_alternative<Loss>(held.what)) return;
    const Message& message = held.message();
    InBatch& item = batch_.at(publications_.size());
    const auto mapped = mapping_.map(message, item.entry);
    if (!mapped) {
      reject(held, mapped.error());
      continue;
    }
    if (is_known(message, item.entry.topic)) {
      finish(held, Verdict::acknowledge);
      continue;
    }
    item.held = &held;
    item.entry.publication.receipt_wish = WEIR_RECEIPT_ALWAYS;
    item.entry.publication.receipt = last_receipt_ + publications_.size() + 1;
    publications_.push_back(item.entry.publication);
  }
}

/// Whether another one like it is the entry.
bool Intake::is_known(const Message& message, const std::string& topic) {
  if (message.subscription != 0 && demand_.owner_of(topic) != message.subscription) return true;
  if (message.message_id.empty() || !recent_.contains(topic, message.message_id)) return false;
  host_.count("duplicates");
  return true;
}

void Intake::publish(TimePoint now) {
  // before: `resume` may come before `publish` has returned
  has_resumed_ = false;
  for (std::size_t from = 0; from < publications_.size();) {
    weir_refusal refusal{};
    const abi::Answer answer = host_.publish(std::span(publications_).subspan(from), &refusal);
    const std::size_t end =
        answer == abi::Answer::refused ? from + refusal.index : publications_.size();
    for (; from < end; ++from) note_taken(batch_.at(from));
    if (answer == abi::Answer::slow_down) {
      is_paused_ = true;
      host_.count("pauses");
    }
    if (answer != abi::Answer::refused) break;
    const auto error = abi::to_error(&refusal.error);
    if (may_pass(error.code)) {
      rests_until_ = now + rest;
      break;
    }
    reject(*batch_.at(from).held, error);
    ++from;
  }
  last_receipt_ += publications_.size();
}

void Intake::note_taken(const InBatch& item) {
  Message& message = item.held->message();
  item.held->is_done = true;
  topics_[message.origin].insert(item.entry.topic);
  pending_.emplace(item.entry.publication.receipt,
                   Pending{.connection = connection_,
                           .tag = message.tag,
                           .topic = item.entry.topic,
                           .message_id = std::move(message.message_id)});
}

void Intake::reject(Held& held, const protocol::Error& error) {
  count_bad(mapping_.name_of(held.message()), error);
  finish(held, Verdict::reject);
}

void Intake::count_bad(const std::string& what, const protocol::Error& error) {
  host_.count("bad_messages");
  if (++bad_messages_ > logged_messages_max) return;
  host_.log(
      abi::Level::warning,
      what + ": " + std::string(error.message()) +
          (bad_messages_ == logged_messages_max ? "; more bad messages are counted only" : ""));
}

}  // namespace weir::adapters::common
