#pragma once

#include "protocol/native/json_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::protocol::native {

/// Where a message of `weir.v1` is written to as JSON; CborSink is the same for CBOR. Members and
/// elements are separated by themselves. Appends to a string that must outlive it.
class JsonSink {
public:
  explicit JsonSink(std::string& out) : out_(&out) {}

  void begin_map() { out_->push_back('{'); }
  void end_map() { out_->push_back('}'); }
  void begin_array() { out_->push_back('['); }
  void end_array() { out_->push_back(']'); }
  /// The name of the next member: a literal that needs no escape.
  void key(std::string_view name) {
    separate('{');
    out_->push_back('"');
    out_->append(name).append("\":");
  }
  /// The name of the next member, whatever it is.
  void name(std::string_view name) {
    separate('{');
    append_string(name, *out_);
    out_->push_back(':');
  }
  /// A text in an array.
  void element(std::string_view text) {
    separate('[');
    append_string(text, *out_);
  }

  // The value of the member that was named last.
  void text(std::string_view text) { append_string(text, *out_); }
  void integer(std::uint64_t number) { append_integer(number, *out_); }
  void integer(std::int64_t number) { append_integer(number, *out_); }
  void number(double number) { append_number(number, *out_); }
  void boolean(bool value) { out_->append(value ? "true" : "false"); }
  void null() { out_->append("null"); }
  void time(std::int64_t unix_ms) { append_time(unix_ms, *out_); }
  /// Spliced verbatim.
  void json(std::string_view text) { out_->append(text); }
  void payload(const Payload& payload) { append_payload(payload, *out_); }

private:
  void separate(char opening) {
    if (out_->back() != opening) out_->push_back(',');
  }

  std::string* out_;
};

}  // namespace weir::protocol::native
