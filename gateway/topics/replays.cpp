#include "gateway/topics/replays.hpp"

#include "gateway/topics/kind_rules.hpp"
#include "gateway/topics/topic.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace weir::gateway::topics {

using protocol::Operation;
using protocol::Publication;

Replay::Replay(Replays& replays, Cell& cell, ReplayRequest request)
    : replays_(&replays),
      cell_(&cell),
      request_(std::move(request)),
      last_(request_.from),
      begins_anywhere_(cell.outside == Outside::history) {
}

Replay::~Replay() {
  replays_->forget(*this);
}

const protocol::Entry* Replay::front() {
  // What was not wanted, like a part of a batch before its beginning, is no news to the cell.
  while (entries_.empty() && ended_ == ReplayEnd::none && replays_->refill(*this)) {
  }
  return entries_.empty() ? nullptr : entries_.front().get();
}

bool Replay::is_outdated() const {
  return cell_->life != cell_->topic->number();
}

void Replay::add(Publication&& publication, TimePoint now) {
  const auto& position = publication.source_position;
  const bool is_gap = publication.operation == Operation::gap;
  if (!position || position->epoch != request_.epoch || publication.topic != request_.topic ||
      !(is_gap || check_fits(publication, cell_->topic->log().kind()))) {
    return finish(ReplayEnd::failed);
  }
  if (position->offset > request_.to) return finish(ReplayEnd::complete);
  if (position->offset <= last_) return;
  const auto prev = std::exchange(last_, position->offset);
  if (is_gap && begins_anywhere_) return;
  auto entry = std::make_shared<protocol::Entry>();
  entry->offset = last_;
  entry->prev = std::exchange(begins_anywhere_, false) ? last_ - 1 : prev;
  entry->accepted_at = now;
  entry->operation = publication.operation;
  entry->payload = std::move(publication.payload);
  entry->cause = publication.cause;
  entries_.push_back(std::move(entry));
}

Replays::Replays(const Options& options, ReplayPort* port)
    : options_(options), port_(port), last_id_(options.shard) {
}

Replays::~Replays() {
  assert(open_.empty() && waiting_.empty());
}

std::unique_ptr<Replay> Replays::ask(Cell& cell, protocol::Offset from, protocol::Offset to) {
  const auto& topic = *cell.topic;
  last_id_ += options_.shards;
  auto replay = std::make_unique<Replay>(*this,
                                         cell,
                                         ReplayRequest{.id = last_id_,
                                                       .topic = topic.name(),
                                                       .epoch = topic.log().epoch(),
                                                       .from = from,
                                                       .to = to});
  waiting_.emplace(last_id_, replay.get());
  open_next();
  return replay;
}

void Replays::open_next() {
  while (open_.size() < options_.open_max && !waiting_.empty()) {
    auto node = waiting_.extract(waiting_.begin());
    auto& replay = *node.mapped();
    const bool is_wanted = !replay.is_outdated();
    if (!is_wanted || !port_->start(replay.request_)) {
      replay.finish(ReplayEnd::failed);
      if (is_wanted) ++counters_.failed;
      refused_.insert(std::move(node));
      continue;
    }
    ++counters_.started;
    replay.opened_at_ = now_;
    replay.waits_since_ = now_;
    open_.insert(std::move(node));
  }
}

bool Replays::refill(Replay& replay) {
  if (!open_.contains(replay.request_.id)) return false;
  auto part = port_->take(replay.request_.id, batch_entries);
  const bool is_news = !part.entries.empty() || part.ended != ReplayEnd::none;
  if (is_news) {
    replay.has_brought_ = true;
    replay.waits_since_.reset();
  } else if (!replay.waits_since_) {
    replay.waits_since_ = now_;
  }
  add(replay, std::move(part));
  if (replay.ended_ != ReplayEnd::none) close(replay, replay.ended_);
  return is_news;
}

void Replays::add(Replay& replay, ReplayPart&& part) {
  for (auto& publication : part.entries) {
    ++counters_.entries;
    replay.add(std::move(publication), now_);
    if (replay.ended_ != ReplayEnd::none) return;
  }
  replay.finish(part.ended);
}

void Replays::close(Replay& replay, ReplayEnd reason) {
  if (reason == ReplayEnd::failed) ++counters_.failed;
  replay.finish(reason);
  open_.erase(replay.request_.id);
  port_->stop(replay.request_.id);
  open_next();
}

void Replays::pause(Replay& replay) {
  // What has come is kept, no more than the port lets come: it is the client's progress.
  add(replay, port_->take(replay.request_.id, SIZE_MAX));
  close(replay, replay.ended_ == ReplayEnd::none ? ReplayEnd::paused : replay.ended_);
}

void Replays::forget(const Replay& replay) {
  const auto id = replay.request_.id;
  waiting_.erase(id);
  refused_.erase(id);
  if (open_.erase(id) == 0) return;
  port_->stop(id);
  open_next();
}

void Replays::begin_turn(TimePoint now) {
  now_ = now;
  for (const auto& [id, replay] : std::exchange(refused_, {})) wake(*replay);
  std::vector<Replay*> silent;
  std::vector<Replay*> served;
  for (const auto& [id, replay] : open_) {
    if (replay->is_outdated()) {
      wake(*replay);
    } else if (replay->waits_since_ && *replay->waits_since_ + options_.silence_max <= now) {
      silent.push_back(replay);
    } else if (replay->has_brought_ && replay->opened_at_ + options_.turn <= now) {
      served.push_back(replay);
    }
  }
  for (auto* replay : silent) {
    close(*replay, ReplayEnd::failed);
    wake(*replay);
  }
  for (auto* replay : served) {
    if (waiting_.empty()) break;
    pause(*replay);
    wake(*replay);
  }
}

void Replays::on_ready(std::uint64_t id) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  found->second->has_brought_ = true;
  found->second->waits_since_.reset();
  wake(*found->second);
}

void Replays::wake(const Replay& replay) {
  auto& cell = *replay.cell_;
  if (cell.state == Cell::State::idle) cell.owner->on_due(cell);
}

std::optional<TimePoint> Replays::deadline() const {
  if (!refused_.empty()) return now_;
  std::optional<TimePoint> earliest;
  const auto consider = [&](TimePoint at) { earliest = earliest ? std::min(*earliest, at) : at; };
  for (const auto& [id, replay] : open_) {
    if (replay->waits_since_) consider(*replay->waits_since_ + options_.silence_max);
    if (replay->has_brought_ && !waiting_.empty()) consider(replay->opened_at_ + options_.turn);
  }
  return earliest;
}

ReplayCounters Replays::counters() const {
  auto counters = counters_;
  counters.open = open_.size();
  counters.waiting = waiting_.size();
  return counters;
}

}  // namespace weir::gateway::topics
