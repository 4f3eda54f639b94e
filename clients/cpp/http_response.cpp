#include "clients/cpp/http_response.hpp"

#include "protocol/websocket/header_list.hpp"

#include <algorithm>
#include <charconv>

namespace weir::clients::cpp {
namespace {

using protocol::Result;
using protocol::Unexpected;
namespace websocket = protocol::websocket;

constexpr std::string_view not_http = "What answers there does not speak HTTP.";

Unexpected<std::string> wrong(std::string_view sentence) {
  return Unexpected(std::string(sentence));
}

/// Takes the next line off `rest`, without its end.
std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find("\r\n");
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  return line;
}

bool parse_status_line(std::string_view line, HttpResponse& response) {
  constexpr std::string_view version = "HTTP/1.";
  constexpr std::size_t code_at = 9;
  constexpr std::size_t code_digits = 3;
  if (!line.starts_with(version) || line.size() < code_at + code_digits) return false;
  const auto code = line.substr(code_at, code_digits);
  const auto [end, error] =
      std::from_chars(code.data(), code.data() + code.size(), response.status);
  constexpr unsigned lowest = 100;
  if (error != std::errc{} || end != code.data() + code.size()) return false;
  if (response.status < lowest) return false;
  response.reason = websocket::trim(line.substr(code_at + code_digits));
  return true;
}

Result<std::optional<HttpResponse>, std::string> parse_head(std::string_view head) {
  HttpResponse response;
  if (!parse_status_line(next_line(head), response)) return wrong(not_http);
  while (!head.empty()) {
    const auto line = next_line(head);
    if (line.empty()) continue;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !websocket::is_token(line.substr(0, colon))) {
      return wrong("The server's HTTP response has a malformed header.");
    }
    response.headers.emplace_back(line.substr(0, colon), websocket::trim(line.substr(colon + 1)));
  }
  return std::optional(std::move(response));
}

}  // namespace

std::string HttpResponse::header(std::string_view name) const {
  std::string value;
  for (const auto& [key, part] : headers) {
    if (!websocket::equals_ignoring_case(key, name)) continue;
    if (!value.empty()) value.append(", ");
    value.append(part);
  }
  return value;
}

Result<std::optional<HttpResponse>, std::string> HttpResponseReader::next(
    protocol::MutableByteView& in) {
  constexpr std::string_view beginning = "HTTP/";
  constexpr std::string_view end = "\r\n\r\n";
  const auto searched = head_.size() - std::min(head_.size(), end.size() - 1);
  const auto before = head_.size();
  head_.append(protocol::as_text(in));
  if (!head_.starts_with(beginning.substr(0, head_.size()))) return wrong(not_http);
  const auto found = head_.find(end, searched);
  if (found == std::string::npos ? head_.size() > head_bytes_max
                                 : found + end.size() > head_bytes_max) {
    return wrong("The head of the server's HTTP response is too long.");
  }
  if (found == std::string::npos) {
    in = in.subspan(in.size());
    return std::optional<HttpResponse>();
  }
  in = in.subspan(found + end.size() - before);
  return parse_head(std::string_view(head_).substr(0, found));
}

}  // namespace weir::clients::cpp
