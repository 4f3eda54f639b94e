#pragma once

#include "protocol/core/cbor_writer.hpp"
#include "protocol/native/json_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::protocol::native {

/// Where a message of `weir.v1` is written to as CBOR; JsonSink is the same for JSON. What is JSON
/// in the gateway is transcoded; bytes stay bytes.
class CborSink {
public:
  explicit CborSink(std::string& out) : writer_(out) {}

  void begin_map() { writer_.begin_map(); }
  void end_map() { writer_.end(); }
  void begin_array() { writer_.begin_array(); }
  void end_array() { writer_.end(); }
  void key(std::string_view name) { writer_.text(name); }
  void name(std::string_view name) { writer_.text(name); }
  void element(std::string_view text) { writer_.text(text); }

  void text(std::string_view text) { writer_.text(text); }
  void integer(std::uint64_t number) { writer_.integer(number); }
  void integer(std::int64_t number) { writer_.integer(number); }
  void number(double number) { writer_.number(number); }
  void boolean(bool value) { writer_.boolean(value); }
  void null() { writer_.null(); }
  void time(std::int64_t unix_ms) {
    std::string json;
    append_time(unix_ms, json);
    writer_.json(json);
  }
  void json(std::string_view text) { writer_.json(text); }
  void payload(const Payload& payload) {
    payload.format == PayloadFormat::json ? writer_.json(payload.bytes)
                                          : writer_.bytes(payload.bytes);
  }

private:
  CborWriter writer_;
};

}  // namespace weir::protocol::native
