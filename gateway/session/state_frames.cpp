#include "gateway/session/state_frames.hpp"

#include "gateway/topics/record_pull.hpp"

#include <functional>
#include <span>
#include <string>

namespace weir::gateway::session {

using protocol::StateChanges;
using topics::TablePull;

namespace {

std::span<const std::string> names_of(const topics::FieldSet* fields) {
  if (fields == nullptr) return {};
  return fields->names;
}

/// Whether the client gets the whole because what it holds is of no use, not because the whole is
/// smaller.
bool is_snapshot(const topics::TopicLog& log, const TablePull& pull, const StateChanges& changes) {
  if (changes.base) return false;
  return log.record() == nullptr || pull.is_whole || pull.cursor < log.record()->floor();
}

/// Changes that leave a client's state as it is.
bool is_nothing(const StateChanges& changes) {
  return changes.base && changes.fields.empty() && changes.rows.empty() &&
         changes.removed_rows.empty();
}

}  // namespace

std::size_t StateFrameCache::KeyHash::operator()(const Key& key) const {
  return hash_of({key.topic,
                  key.head,
                  key.pull.cursor,
                  key.pull.base,
                  key.pull.began_at,
                  key.page_bytes,
                  key.fields,
                  key.variant});
}

StateFrames StateFrameCache::pull(const topics::Topic& topic,
                                  const StateRequest& request,
                                  const DeliveryForm& form,
                                  const protocol::Codec& codec) {
  const bool is_shared =
      !form.conflated && (request.fields == nullptr || request.fields->number != 0);
  if (!is_shared) return encode(topic, request, form, codec);
  const Key key{topic.number(),
                topic.log().head().offset,
                request.pull,
                request.page_bytes,
                request.fields == nullptr ? 0 : request.fields->number,
                variant_of(form, codec)};
  if (const auto* known = cache_.find(key)) {
    ++counters_->frames_shared_total;
    return *known;
  }
  auto made = encode(topic, request, form, codec);
  cache_.keep(key, made, made.frames.bytes.size() + sizeof(Key) + sizeof(StateFrames));
  return made;
}

StateFrames StateFrameCache::encode(const topics::Topic& topic,
                                    const StateRequest& request,
                                    const DeliveryForm& form,
                                    const protocol::Codec& codec) {
  const auto& log = topic.log();
  const auto head = log.head().offset;
  StateFrames made{{}, request.pull, false};
  StateChanges changes;
  if (const auto* table = log.table()) {
    changes = topics::next_table_page(
        *table, head, made.after, {request.page_bytes, names_of(request.fields)});
  } else {
    const auto base = request.pull.is_whole ? std::nullopt : std::optional(request.pull.cursor);
    changes = topics::pull_record(*log.record(), base, names_of(request.fields));
    made.after = {head, 0, 0, false};
  }
  made.has_more = changes.has_more;
  // The end of a pull is told even if its last page is empty.
  if (is_nothing(changes) && !request.pull.has_begun()) {
    made.after = request.pull;
    return made;
  }
  protocol::DeliveryEvent delivery;
  delivery.number = topic.number();
  delivery.offset = made.after.cursor;
  delivery.changes = &changes;
  delivery.is_snapshot = form.is_snapshot || is_snapshot(log, request.pull, changes);
  if (form.wants_time && log.state()) delivery.unix_ms = log.state()->unix_ms;
  if (!made.has_more) delivery.conflated = form.conflated;  // of all pages together
  made.frames = frames_->delivery(topic, delivery, form, codec);
  return made;
}

}  // namespace weir::gateway::session
