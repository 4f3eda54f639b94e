#include "gateway/session/entry_run.hpp"

namespace weir::gateway::session {

using protocol::Entry;
using protocol::Operation;

namespace {

/// What the frame of an entry can have at most; a Server-Sent Event a little more, and then its run
/// may have to wait for a write of its own.
std::size_t frame_bytes_max(const Entry& entry) {
  constexpr std::size_t own_bytes = 128;  // header, keys, numbers and times
  const auto& payload = entry.payload;
  const bool is_base64 = payload.format == protocol::PayloadFormat::bytes;
  auto bytes = own_bytes + entry.content_bytes() + (is_base64 ? payload.bytes.size() / 3 + 1 : 0);
  // A name may need escapes; around each there is punctuation.
  constexpr std::size_t escape_bytes = 5;
  constexpr std::size_t field_bytes = 4;
  bytes += escape_bytes * entry.key.size();
  for (const auto& field : entry.fields) bytes += field_bytes + escape_bytes * field.name.size();
  return bytes;
}

}  // namespace

EntryRun find_run(const topics::TopicLog& log, std::size_t first, std::size_t bytes_max) {
  EntryRun run{first, first};
  auto bytes = frame_bytes_max(*log.ring()[first]);
  while (run.last + 1 < log.ring().size()) {
    const auto& next = *log.ring()[run.last + 1];
    bytes += frame_bytes_max(next);
    if (next.operation == Operation::gap || bytes > bytes_max) break;
    ++run.last;
  }
  return run;
}

}  // namespace weir::gateway::session
