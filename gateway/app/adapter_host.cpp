#include "gateway/app/adapter_host.hpp"

#include "gateway/session/hub.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <bitset>
#include <utility>

namespace weir::gateway::app {

using adapters::abi::Answer;
using adapters::abi::PublishAnswer;
using adapters::abi::PublishItem;
using adapters::abi::SourceState;
using protocol::ErrorCode;

namespace {

constexpr std::size_t item_overhead_bytes = 256;  // what a small entry takes while it waits

std::size_t bytes_of(const protocol::Publication& publication) {
  auto bytes = item_overhead_bytes + publication.topic.size() + publication.payload.bytes.size();
  for (const auto& field : publication.fields) bytes += field.name.size() + field.json.size();
  return bytes;
}

LogLevel to_log_level(adapters::abi::Level level) {
  static constexpr std::array levels{
      LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error};
  return levels.at(static_cast<std::size_t>(level));
}

std::string status_json(const adapters::abi::StatusReport& status, const std::string& blocked_in) {
  nlohmann::json json{{"state", name(status.state)}, {"reason", status.reason}};
  if (!blocked_in.empty()) json["blocked_in"] = blocked_in;
  return json.dump();
}

/// The shards that were given something, to be woken once each.
class Woken {
public:
  explicit Woken(const std::vector<ShardMailbox>& shards) : shards_(shards) {}
  ~Woken() {
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
      if (marked_[shard]) shards_[shard].wake_up->signal();
    }
  }
  Woken(const Woken&) = delete;
  Woken& operator=(const Woken&) = delete;
  void mark(ShardIndex shard) { marked_.set(shard); }

private:
  const std::vector<ShardMailbox>& shards_;
  std::bitset<256> marked_;  // config: shards <= 256
};

}  // namespace

std::string_view name(SourceState state) {
  switch (state) {
    case SourceState::connecting:
      return "connecting";
    case SourceState::up:
      return "up";
    case SourceState::down:
      return "down";
    case SourceState::reconnecting:
      return "reconnecting";
  }
  return "down";
}

AdapterHost::AdapterHost(Options options)
    : options_(std::move(options)), status_topic_("$weir/adapters/" + options_.name) {
  for (std::size_t i = 0; i < options_.shards.size(); ++i) {
    sides_.push_back(std::make_unique<Side>(options_.inbox));
  }
}

PublishAnswer AdapterHost::publish(std::span<PublishItem> items) {
  PublishAnswer answer;
  Woken woken(options_.shards);
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto& item = items[i];
    const auto refuse = [&](ErrorCode code, std::string detail) {
      return PublishAnswer{Answer::refused, i, {code, std::move(detail)}};
    };
    if (is_draining_) return refuse(ErrorCode::draining, {});
    const auto& topic = item.publication.topic;
    if (!options_.owners.may_publish(options_.index, topic)) {
      return refuse(ErrorCode::forbidden, "this adapter may not publish to this topic");
    }
    const bool wants_receipt = item.wish != adapters::abi::ReceiptWish::none;
    auto admission = wants_receipt ? admit_receipt() : Admission::accepted;
    if (admission == Admission::refused) {
      return refuse(ErrorCode::overloaded, "too many entries still wait for their receipt");
    }
    const auto shard = session::owner_of(topic, static_cast<ShardIndex>(options_.shards.size()));
    const auto bytes = bytes_of(item.publication);
    AdapterItem handed(std::move(item));
    const auto handed_in = hand_in(shard, handed, bytes);
    if (handed_in == Admission::refused) {
      item = std::get<PublishItem>(std::move(handed));
      if (wants_receipt) std::ignore = settle_receipts(1);
      return refuse(ErrorCode::overloaded, "entries come faster than they can be taken");
    }
    woken.mark(shard);
    if (admission == Admission::slow_down || handed_in == Admission::slow_down) {
      answer.answer = Answer::slow_down;
    }
  }
  return answer;
}

protocol::Result<void> AdapterHost::reset(std::string_view topic) {
  if (is_draining_) return protocol::fail(ErrorCode::draining);
  if (!options_.owners.may_publish(options_.index, topic)) {
    return protocol::fail(ErrorCode::forbidden, "this adapter may not reset this topic");
  }
  const auto shard = session::owner_of(topic, static_cast<ShardIndex>(options_.shards.size()));
  AdapterItem item(TopicReset{std::string(topic)});
  if (hand_in(shard, item, item_overhead_bytes) == Admission::refused) {
    return protocol::fail(ErrorCode::overloaded, "entries come faster than they can be taken");
  }
  options_.shards[shard].wake_up->signal();
  return {};
}

void AdapterHost::report(adapters::abi::Report report) {
  if (auto* status = std::get_if<adapters::abi::StatusReport>(&report)) {
    on_status(std::move(*status));
  } else if (const auto* line = std::get_if<adapters::abi::LogReport>(&report)) {
    const auto level = to_log_level(line->level);
    if (options_.log.is_enabled(level)) {
      options_.log.write(
          level, "adapter", "says", {{"adapter", options_.name}, {"text", line->text}});
    }
  } else if (const auto* listening = std::get_if<adapters::abi::ListeningReport>(&report)) {
    options_.on_listening(options_.name, listening->url);
  }
}

void AdapterHost::sent(adapters::abi::SendOutcome outcome) {
  options_.on_sent();
  const auto& shard = options_.shards[outcome.send_id % options_.shards.size()];
  // Never refused: the inbox has room for every send that may be open.
  if (shard.outcomes->push(outcome) != Admission::refused) shard.wake_up->signal();
}

PublishAnswer AdapterHost::replayed(adapters::abi::ReplayPart part) {
  if (part.is_last) options_.on_replayed();
  const auto& shard = options_.shards[part.replay_id % options_.shards.size()];
  auto put = shard.replays->put(std::move(part));
  if (put.is_news) shard.wake_up->signal();
  return std::move(put.answer);
}

void AdapterHost::on_status(adapters::abi::StatusReport report) {
  const bool is_up = report.state == SourceState::up;
  options_.log.info(
      "adapter",
      "status",
      {{"adapter", options_.name}, {"state", name(report.state)}, {"reason", report.reason}});
  bool has_changed = false;
  {
    const std::lock_guard lock(mutex_);
    status_ = std::move(report);
    was_up_ = was_up_ || is_up;
    // A source that has not been there yet has left nothing behind that could be stale.
    has_changed = was_up_ && is_away_ == is_up;
    if (has_changed) {
      is_away_ = !is_up;
      if (is_away_) ++outages_;
      for (const auto& side : sides_) side->has_untold = true;
    }
  }
  if (has_changed) {
    for (ShardIndex shard = 0; shard < sides_.size(); ++shard) {
      if (tell_source(shard)) options_.shards[shard].wake_up->signal();
    }
  }
  announce_status();
}

void AdapterHost::set_blocked_in(std::string_view function) {
  {
    const std::lock_guard lock(mutex_);
    blocked_in_ = function;
  }
  announce_status();
}

void AdapterHost::announce_status() {
  const auto shard =
      session::owner_of(status_topic_, static_cast<ShardIndex>(options_.shards.size()));
  {
    const std::lock_guard lock(mutex_);
    StatusEntry entry;
    entry.publication.topic = status_topic_;
    entry.publication.payload.bytes = status_json(status_, blocked_in_);
    entry.publication.kind = protocol::Kind::value;
    const auto bytes = bytes_of(entry.publication);
    AdapterItem handed(std::move(entry));
    // Where there is no room now, `on_room` comes back to it, with what is true then.
    is_status_unannounced_ = sides_[shard]->inbox.push(handed, bytes) == Admission::refused;
  }
  options_.shards[shard].wake_up->signal();
}

adapters::abi::StatusReport AdapterHost::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::string AdapterHost::blocked_in() const {
  const std::lock_guard lock(mutex_);
  return blocked_in_;
}

void AdapterHost::on_room(ShardIndex shard) {
  std::ignore = tell_source(shard);
  bool is_status_due = false;
  {
    const std::lock_guard lock(mutex_);
    is_status_due = std::exchange(is_status_unannounced_, false);
  }
  if (is_status_due) announce_status();
}

Admission AdapterHost::hand_in(ShardIndex shard, AdapterItem& item, std::size_t bytes) {
  // Behind a change of the source that could not be told yet nothing may pass.
  if (!tell_source(shard)) return Admission::refused;
  return sides_[shard]->inbox.push(item, bytes);
}

bool AdapterHost::tell_source(ShardIndex shard) {
  auto& side = *sides_[shard];
  if (!side.has_untold) return true;
  const std::lock_guard lock(mutex_);
  if (!side.has_untold) return true;
  AdapterItem change(SourceChange{is_away_, outages_ != side.told_outages});
  if (side.inbox.push(change, item_overhead_bytes) == Admission::refused) return false;
  side.told_outages = outages_;
  side.has_untold = false;
  return true;
}

Admission AdapterHost::admit_receipt() {
  const auto open = ++open_receipts_;
  if (open < options_.open_receipts) return Admission::accepted;
  has_slowed_for_receipts_ = true;
  if (open < 2 * options_.open_receipts) return Admission::slow_down;
  --open_receipts_;
  return Admission::refused;
}

bool AdapterHost::settle_receipts(std::size_t count) {
  const auto open = open_receipts_ -= count;
  return open <= options_.open_receipts / 2 && has_slowed_for_receipts_.exchange(false);
}

}  // namespace weir::gateway::app
