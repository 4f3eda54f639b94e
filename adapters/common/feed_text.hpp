#pragma once

#include "protocol/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <weir/weir_adapter.h>

// The lines that the gateway sends to a feeder. Each appends one line with its end.
// Source: adapters/tcp/README.md.
namespace weir::adapters::common {

/// {"ack":n}
void append_ack(std::string& out, std::uint64_t id);
/// {"nack":n,"error":{...}}
void append_nack(std::string& out, std::uint64_t id, const protocol::Error& error);
/// {"error":{...},"line":n}
void append_bad_line(std::string& out, std::uint64_t line, const protocol::Error& error);
/// What a feeder may do, in the answer to its greeting.
struct FeedTerms {
  std::size_t window = 0;          ///< lines with an `id` that may be unanswered
  std::size_t line_bytes_max = 0;  ///< their end not counted
  std::uint64_t heartbeat_ms = 0;  ///< 0: none
};

/// {"hello":{"window":n,"line_bytes":n,"heartbeat_ms":n}}
void append_hello(std::string& out, const FeedTerms& terms);
/// {"pause":true}
void append_pause(std::string& out);
/// {"resume":true}
void append_resume(std::string& out);
/// {"heartbeat":true}
void append_heartbeat(std::string& out);
/// What a client published, as a feeder would write it, with an id that wants an ack.
void append_entry(std::string& out, const weir_publication& entry, std::uint64_t id);

}  // namespace weir::adapters::common
