#pragma once

#include "gateway/topics/topic_log.hpp"
#include "protocol/core/entry.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::topics {

/// Entries for logs that nobody publishes to.
struct EntryFields {
  protocol::Offset offset = 1;
  protocol::Offset prev = 0;
  std::uint64_t index = 1;
  std::string text = "1";
  std::string mid{};
  protocol::Operation operation = protocol::Operation::replace;
};

inline protocol::EntryPtr make_entry(EntryFields fields) {
  auto entry = std::make_shared<protocol::Entry>();
  entry->offset = fields.offset;
  entry->prev = fields.prev;
  entry->index = fields.index;
  entry->operation = fields.operation;
  entry->payload.bytes = std::move(fields.text);
  entry->mid = std::move(fields.mid);
  return entry;
}

/// The entry after the log's head, `step` offsets further on.
inline protocol::EntryPtr next_entry(const TopicLog& log,
                                     std::string text = "1",
                                     protocol::Offset step = 1) {
  const auto head = log.head();
  return make_entry({head.offset + step, head.offset, head.index.value_or(0) + 1, std::move(text)});
}

inline protocol::Publication publication(std::string topic, std::string json = "1") {
  protocol::Publication publication;
  publication.topic = std::move(topic);
  publication.payload.bytes = std::move(json);
  return publication;
}

inline std::vector<protocol::Offset> offsets_of(const TopicLog& log) {
  std::vector<protocol::Offset> offsets;
  for (std::size_t i = 0; i < log.ring().size(); ++i) offsets.push_back(log.ring()[i]->offset);
  return offsets;
}

using Offsets = std::vector<protocol::Offset>;

}  // namespace weir::gateway::topics
