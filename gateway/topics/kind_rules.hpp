#pragma once

#include "gateway/topics/topic_log.hpp"
#include "protocol/core/entry.hpp"
#include "protocol/core/result.hpp"

#include <vector>

namespace weir::gateway::topics {

/// The kind that a topic gets from its first publication, where the operator has not said it.
[[nodiscard]] protocol::Kind kind_of(const protocol::Publication& publication);

/// Whether the publication can be an entry of a value or stream.
/// Errors: wrong_kind - it has fields or a row's key, or deletes from a stream.
protocol::Result<void> check_fits(const protocol::Publication& publication, protocol::Kind kind);

/// The entries of a record or table that a publication comes to, in order: itself, mostly. The
/// whole of a record becomes its fields. The whole of a table becomes the rows that it changes and
/// removes, so that a source which always sends everything costs its clients only what changed.
/// Shape:  `log`: the topic as it is, nullptr: it is not there yet. Payloads are valid JSON. None:
///         nothing changes.
/// Errors: wrong_kind - opaque data, a row's key for a record, fields without a key for a table;
///         too_big - more fields than `record_fields_max`, more rows than `table_rows_max`;
///         unsupported - the whole of a table with an offset of the source's own.
[[nodiscard]] protocol::Result<std::vector<protocol::Publication>> to_entries(
    protocol::Publication&& publication, protocol::Kind kind, const TopicLog* log);

}  // namespace weir::gateway::topics
