#include "adapters/common/feed_text.hpp"

#include "adapters/abi/text.hpp"
#include "adapters/common/json_text.hpp"
#include "protocol/core/bytes.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace weir::adapters::common {

namespace {

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto [end, fault] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  if (fault == std::errc()) out.append(digits.data(), end);
}

void append_error(std::string& out, const protocol::Error& error) {
  const protocol::ErrorInfo& info = protocol::info(error.code);
  out += R"({"code":")";
  out += info.name;
  out += R"(","message":)";
  append_json_string(out, error.message());
  out += info.retry == protocol::Retry::yes ? R"(,"retry":true})" : R"(,"retry":false})";
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(out, text);
}

void append_fields(std::string& out, const weir_publication& entry) {
  out += R"(,"fields":{)";
  for (std::size_t i = 0; i < entry.field_count; ++i) {
    if (i != 0) out.push_back(',');
    append_json_string(out, abi::to_view(entry.fields[i].name));
    out.push_back(':');
    out += abi::to_view(entry.fields[i].json);
  }
  out.push_back('}');
}

}  // namespace

void append_ack(std::string& out, std::uint64_t id) {
  out += R"({"ack":)";
  append_number(out, id);
  out += "}\n";
}

void append_nack(std::string& out, std::uint64_t id, const protocol::Error& error) {
  out += R"({"nack":)";
  append_number(out, id);
  out += R"(,"error":)";
  append_error(out, error);
  out += "}\n";
}

void append_bad_line(std::string& out, std::uint64_t line, const protocol::Error& error) {
  out += R"({"error":)";
  append_error(out, error);
  out += R"(,"line":)";
  append_number(out, line);
  out += "}\n";
}

void append_hello(std::string& out, const FeedTerms& terms) {
  out += R"({"hello":{"window":)";
  append_number(out, terms.window);
  out += R"(,"line_bytes":)";
  append_number(out, terms.line_bytes_max);
  out += R"(,"heartbeat_ms":)";
  append_number(out, terms.heartbeat_ms);
  out += "}}\n";
}

void append_pause(std::string& out) {
  out += "{\"pause\":true}\n";
}

void append_resume(std::string& out) {
  out += "{\"resume\":true}\n";
}

void append_heartbeat(std::string& out) {
  out += "{\"heartbeat\":true}\n";
}

void append_entry(std::string& out, const weir_publication& entry, std::uint64_t id) {
  out += R"({"id":)";
  append_number(out, id);
  append_member(out, "topic", abi::to_view(entry.topic));
  if (entry.key.size != 0) append_member(out, "key", abi::to_view(entry.key));
  if (entry.mid.size != 0) append_member(out, "mid", abi::to_view(entry.mid));
  if (entry.operation == WEIR_UPDATE) {
    append_fields(out, entry);
  } else if (entry.operation == WEIR_REMOVE) {
    out += R"(,"delete":true)";
  } else if (entry.format == WEIR_BYTES) {
    out += R"(,"data":{"b64":")";
    out += protocol::to_base64(abi::to_view(entry.payload));
    out += "\"}";
  } else {
    out += R"(,"data":)";
    out += abi::to_view(entry.payload);
  }
  out += "}\n";
}

}  // namespace weir::adapters::common
