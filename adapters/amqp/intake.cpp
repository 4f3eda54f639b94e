#include "adapters/amqp/intake.hpp"

#include "adapters/abi/translation.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace weir::adapters::amqp {

namespace {

/// The others are counted only.
constexpr std::uint64_t logged_messages_max = 10;

/// Whether the same entry may be taken later.
bool may_pass(protocol::ErrorCode code) {
  return code == protocol::ErrorCode::unknown || protocol::info(code).retry == protocol::Retry::yes;
}

}  // namespace

Intake::Intake(const AmqpConfig& config, abi::Host host)
    : host_(host), mapping_(config), recent_(config.remembered_ids) {
}

void Intake::on_connected(Continuity continuity) {
  if (continuity == Continuity::lost) due_gaps_.assign(topics_.begin(), topics_.end());
}

void Intake::on_lost() {
  ++connection_;
  held_.clear();
  book_.clear();
}

bool Intake::on_delivery(Delivery delivery) {
  if (!book_.open(delivery.tag)) return false;
  held_.push_back({.delivery = std::move(delivery)});
  return true;
}

void Intake::on_receipt(std::uint64_t receipt, const std::optional<protocol::Error>& error) {
  const auto at = pending_.find(receipt);
  if (at == pending_.end()) return;
  const Pending pending = std::move(at->second);
  pending_.erase(at);
  const bool is_current = pending.connection == connection_;
  if (!error) {
    topics_.insert(pending.topic);
    if (!pending.message_id.empty()) recent_.add(pending.topic, pending.message_id);
    if (is_current) book_.settle(pending.tag, Verdict::acknowledge);
    return;
  }
  if (may_pass(error->code)) {
    host_.count("requeued");
    needs_rest_ = true;
    if (is_current) book_.settle(pending.tag, Verdict::requeue);
    return;
  }
  count_bad(pending.topic, *error);
  if (is_current) book_.settle(pending.tag, Verdict::reject);
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
  if (!tell_gaps(now)) return;
  while (!held_.empty() && can_publish(now)) {
    collect();
    publish(now);
    while (!held_.empty() && held_.front().is_done) held_.pop_front();
  }
}

/// False: some are still due, and nothing may go before them.
bool Intake::tell_gaps(TimePoint now) {
  while (!due_gaps_.empty() && can_publish(now)) {
    has_resumed_ = false;
    weir_error error{};
    const abi::Answer answer = host_.gap(due_gaps_.front(), WEIR_CAUSE_SOURCE, &error);
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
    if (publications_.size() == batch_max) return;
    InBatch& item = batch_.at(publications_.size());
    const auto mapped = mapping_.map(held.delivery, item.entry);
    if (!mapped) {
      reject(held, mapped.error());
      continue;
    }
    const std::string& id = held.delivery.message_id;
    if (!id.empty() && recent_.contains(item.entry.topic, id)) {
      host_.count("duplicates");
      book_.settle(held.delivery.tag, Verdict::acknowledge);
      held.is_done = true;
      continue;
    }
    item.held = &held;
    item.entry.publication.receipt_wish = WEIR_RECEIPT_ALWAYS;
    item.entry.publication.receipt = last_receipt_ + publications_.size() + 1;
    publications_.push_back(item.entry.publication);
  }
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
  item.held->is_done = true;
  pending_.emplace(item.entry.publication.receipt,
                   Pending{.connection = connection_,
                           .tag = item.held->delivery.tag,
                           .topic = item.entry.topic,
                           .message_id = std::move(item.held->delivery.message_id)});
}

void Intake::reject(Held& held, const protocol::Error& error) {
  count_bad("routing key " + held.delivery.routing_key, error);
  book_.settle(held.delivery.tag, Verdict::reject);
  held.is_done = true;
}

void Intake::count_bad(const std::string& what, const protocol::Error& error) {
  host_.count("bad_messages");
  if (++bad_messages_ > logged_messages_max) return;
  host_.log(
      abi::Level::warning,
      what + ": " + std::string(error.message()) +
          (bad_messages_ == logged_messages_max ? "; more bad messages are counted only" : ""));
}

}  // namespace weir::adapters::amqp
