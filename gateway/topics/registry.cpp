#include "gateway/topics/registry.hpp"

#include "gateway/topics/kind_rules.hpp"
#include "protocol/core/limits.hpp"
#include "protocol/core/topic.hpp"

#include <fmt/format.h>
#include <utility>

namespace weir::gateway::topics {

using protocol::ErrorCode;
using protocol::fail;
using protocol::Kind;
using protocol::Operation;
using protocol::Publication;
using protocol::Result;

namespace {

/// What a topic costs besides its content, so that a million empty topics count too.
constexpr std::size_t topic_overhead_bytes = 512;

/// Before anything is made or replaced for it.
Result<void> check_offset(const Publication& publication, const Topic* topic) {
  if (!publication.source_position) {
    // An entry of our own would take the place of the source's next one.
    if (topic == nullptr || !topic->log().past()) return {};
    return fail(ErrorCode::bad_request,
                "the source counts this topic's entries: offset is missing");
  }
  const auto& [epoch, offset] = *publication.source_position;
  const auto goes_on = topic != nullptr && topic->log().epoch() == epoch;
  const auto head = goes_on ? topic->log().head().offset : 0;
  if (offset > head && offset <= protocol::offset_max) return {};
  return fail(ErrorCode::bad_request,
              fmt::format("offset {} is not above the head {}", offset, head));
}

std::size_t cost(const Topic& topic) {
  constexpr std::size_t entry_overhead_bytes = sizeof(protocol::Entry) + 32;
  return topic_overhead_bytes + topic.log().retained_bytes() +
         topic.log().ring().size() * entry_overhead_bytes;
}

std::size_t content_bytes(const Publication& publication) {
  auto bytes = publication.key.size() + publication.payload.bytes.size();
  for (const auto& field : publication.fields) bytes += field.name.size() + field.json.size();
  return bytes;
}

}  // namespace

Registry::Registry(RegistryOptions options,
                   const TopicRules& rules,
                   BornHook on_born,
                   PastHook has_past)
    : options_(options),
      rules_(&rules),
      on_born_(std::move(on_born)),
      has_past_(std::move(has_past)),
      random_(options.seed) {
}

Result<Published> Registry::publish(Publication&& publication, Now now) {
  auto result = try_publish(std::move(publication), now);
  if (!result) ++counters_.entries_refused;
  return result;
}

Result<Published> Registry::try_publish(Publication&& publication, Now now) {
  if (auto valid = protocol::check_topic(publication.topic); !valid) return fail(valid.error());
  if (auto valid = check_size(publication); !valid) return fail(valid.error());
  auto* topic = find(publication.topic);
  if (topic != nullptr && !publication.mid.empty()) {
    if (const auto* first = topic->log().find_mid(publication.mid)) {
      ++counters_.duplicates;
      return Published{topic, {topic->log().epoch(), first->offset}};
    }
  }
  const auto kind = kind_for(publication, topic);
  if (publication.operation != Operation::gap) {
    if (has_parts(kind)) return publish_parts(std::move(publication), topic, now);
    if (auto valid = check_fits(publication, kind); !valid) return fail(valid.error());
  }
  if (auto valid = check_offset(publication, topic); !valid) return fail(valid.error());
  if (topic == nullptr) {
    auto made = make_topic(publication.topic, kind, publication.source_position);
    if (!made) return fail(made.error());
    topic = *made;
  }
  return append(*topic, std::move(publication), now);
}

Result<Published> Registry::publish_parts(Publication&& publication, Topic* topic, Now now) {
  if (auto valid = check_offset(publication, topic); !valid) return fail(valid.error());
  const auto kind = kind_for(publication, topic);
  const auto name = publication.topic;
  const auto source_position = publication.source_position;
  auto entries =
      to_entries(std::move(publication), kind, topic == nullptr ? nullptr : &topic->log());
  if (!entries) return fail(entries.error());
  if (topic == nullptr) {
    auto made = make_topic(name, kind, source_position);
    if (!made) return fail(made.error());
    topic = *made;
  }
  Published published{topic, {topic->log().epoch(), topic->log().head().offset}};
  for (auto& entry : *entries) published = append(*topic, std::move(entry), now);
  return published;
}

Kind Registry::kind_for(const Publication& publication, const Topic* topic) const {
  if (topic != nullptr) return topic->log().kind();
  return rules_->find(publication.topic).kind.value_or(kind_of(publication));
}

Result<void> Registry::check_size(const Publication& publication) const {
  if (content_bytes(publication) > options_.entry_bytes_max) {
    return fail(ErrorCode::too_big,
                fmt::format("entry is larger than entry_bytes = {}", options_.entry_bytes_max));
  }
  if (publication.mid.size() > protocol::mid_bytes_max) {
    return fail(ErrorCode::bad_request, "mid: longer than 64 bytes");
  }
  return {};
}

Result<Topic*> Registry::make_topic(const std::string& name,
                                    Kind kind,
                                    const std::optional<protocol::Position>& source_position) {
  if (owned_ >= options_.topics_max) {
    return fail(ErrorCode::overloaded,
                fmt::format("there are as many topics as limits.topics = {}", options_.topics_max));
  }
  if (retained_bytes_ + topic_overhead_bytes > options_.retained_bytes_max) {
    return fail(ErrorCode::overloaded, "limits.retained_bytes is used up");
  }
  const auto limits = ring_limits(rules_->find(name), kind);
  auto epoch = source_position ? source_position->epoch : new_epoch();
  const auto past = past_of(name, source_position);
  auto& topic = add(name, TopicLog(kind, std::move(epoch), limits, past), 0, 0);
  ++owned_;
  link_newest(topic);
  account(topic, 0);
  on_born_(topic);
  return &topic;
}

std::optional<protocol::Offset> Registry::past_of(
    std::string_view topic, const std::optional<protocol::Position>& source_position) const {
  if (!source_position || !has_past_(topic)) return std::nullopt;
  return source_position->offset - 1;
}

Published Registry::append(Topic& topic, Publication&& publication, Now now) {
  const auto bytes_before = cost(topic);
  if (publication.source_position && publication.source_position->epoch != topic.log().epoch()) {
    const auto kind = topic.log().kind();
    topic.replace(TopicLog(kind,
                           publication.source_position->epoch,
                           ring_limits(topic.rule(), kind),
                           past_of(topic.name(), publication.source_position)),
                  next_number_++);
  }
  const auto head = topic.log().head();
  const auto offset =
      publication.source_position ? publication.source_position->offset : head.offset + 1;
  auto entry = std::make_shared<protocol::Entry>();
  entry->offset = offset;
  entry->prev = head.offset;
  entry->index = head.index.value_or(0) + 1;
  entry->unix_ms = now.unix_ms;
  entry->accepted_at = now.steady;
  entry->operation = publication.operation;
  entry->key = std::move(publication.key);
  entry->payload = std::move(publication.payload);
  entry->fields = std::move(publication.fields);
  entry->mid = std::move(publication.mid);
  entry->cause = publication.cause;
  topic.append(std::move(entry));
  ++counters_.entries_published;
  unlink(topic);
  link_newest(topic);
  account(topic, bytes_before);
  make_room();
  return Published{&topic, {topic.log().epoch(), offset}};
}

void Registry::reset(std::string_view name) {
  auto* topic = find(name);
  if (topic == nullptr || topic->feed != 0) return;
  const auto bytes_before = cost(*topic);
  const auto kind = topic->log().kind();
  topic->replace(TopicLog(kind, new_epoch(), ring_limits(topic->rule(), kind)), next_number_++);
  account(*topic, bytes_before);
}

void Registry::set_stale(std::string_view filter, bool is_stale) {
  visit_owned(filter, [&](Topic& topic) { topic.set_stale(is_stale); });
}

Topic& Registry::take_image(ShardIndex owner, const TopicImage& image) {
  auto* topic = find(image.topic);
  const auto& rule = rules_->find(image.topic);
  const auto limits = ring_limits(rule, image.image->kind);
  if (topic == nullptr) {
    topic = &add(image.topic, TopicLog(*image.image, limits), owner, image.feed);
    topic->set_stale(image.is_stale);
    on_born_(*topic);
    return *topic;
  }
  // The same epoch goes on under its number, so cells keep their cursors; another epoch is another
  // life, and so is one that a source came back to with less than it had.
  const bool same_life =
      topic->log().epoch() == image.image->epoch && topic->log().head().offset <= image.image->head;
  topic->feed = image.feed;
  topic->replace(TopicLog(*image.image, limits), same_life ? topic->number() : next_number_++);
  topic->set_stale(image.is_stale);
  return *topic;
}

void Registry::remove(Topic& topic) {
  if (topic.feed == 0) {
    unlink(topic);
    --owned_;
    retained_bytes_ -= cost(topic);
  }
  const auto name = topic.name();
  topics_.erase(name);
}

Topic* Registry::find(std::string_view name) const {
  const auto* slot = topics_.find(name);
  return slot == nullptr ? nullptr : slot->get();
}

Topic& Registry::add(std::string name, TopicLog log, ShardIndex owner, std::uint64_t feed) {
  auto& slot = topics_.insert(name);
  const auto& rule = rules_->find(name);
  slot = std::make_unique<Topic>(std::move(name), next_number_++, std::move(log), rule);
  slot->owner = owner;
  slot->feed = feed;
  return *slot;
}

protocol::Epoch Registry::new_epoch() {
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  auto bits = random_();
  protocol::Epoch epoch;
  for (int i = 0; i < 8; ++i, bits /= digits.size()) epoch.push_back(digits[bits % digits.size()]);
  return epoch;
}

void Registry::account(Topic& topic, std::size_t bytes_before) {
  retained_bytes_ += cost(topic);
  retained_bytes_ -= bytes_before;
}

void Registry::make_room() {
  for (auto* topic = oldest_; topic != nullptr && retained_bytes_ > options_.retained_bytes_max;
       topic = topic->newer) {
    if (topic->log().ring().size() <= 1) continue;
    const auto bytes_before = cost(*topic);
    topic->shrink();
    account(*topic, bytes_before);
    ++counters_.rings_shrunk;
  }
}

void Registry::link_newest(Topic& topic) {
  topic.older = newest_;
  topic.newer = nullptr;
  (newest_ == nullptr ? oldest_ : newest_->newer) = &topic;
  newest_ = &topic;
}

void Registry::unlink(Topic& topic) {
  (topic.older == nullptr ? oldest_ : topic.older->newer) = topic.newer;
  (topic.newer == nullptr ? newest_ : topic.newer->older) = topic.older;
}

}  // namespace weir::gateway::topics
