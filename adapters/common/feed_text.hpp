#pragma once

#include "protocol/core/error.hpp"

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
/// What a client published, as a feeder would write it, with an id that wants an ack.
void append_entry(std::string& out, const weir_publication& entry, std::uint64_t id);

}  // namespace weir::adapters::common
