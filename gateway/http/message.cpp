#include "gateway/http/message.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <utility>

namespace weir::gateway::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr std::array<std::pair<unsigned, std::string_view>, 27> reason_phrases{{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
}};

void append_header(std::string& out, std::string_view name, std::string_view value) {
  assert(value.find_first_of("\r\n") == std::string_view::npos);
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_two_digits(std::string& out, std::int64_t number) {
  out += static_cast<char>('0' + number / 10);
  out += static_cast<char>('0' + number % 10);
}

/// Whether the status says that there is no body, so that its length is not told either.
bool is_bodiless(unsigned status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& header : headers) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::size_t Request::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers, [&](const Header& each) { return equals_ignoring_case(each.name, name); }));
}

std::string Request::joined(std::string_view name) const {
  std::string values;
  bool is_first = true;
  for (const auto& header : headers) {
    if (!equals_ignoring_case(header.name, name)) continue;
    if (!std::exchange(is_first, false)) values += ", ";
    values += header.value;
  }
  return values;
}

std::string_view Request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
}

bool Request::has_json_body() const {
  auto type = header("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return equals_ignoring_case(type, "application/json");
}

Response text_response(unsigned status, std::string_view text) {
  return {.status = status, .body = std::string(text).append("\n")};
}

std::string_view reason_phrase(unsigned status) {
  const auto* row =
      std::ranges::find(reason_phrases, status, &std::pair<unsigned, std::string_view>::first);
  return row == reason_phrases.end() ? std::string_view("Unknown") : row->second;
}

std::string http_date(std::int64_t unix_ms) {
  constexpr std::array<std::string_view, 7> weekdays{
      "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto since_1970 =
      std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(unix_ms));
  const std::chrono::sys_seconds time(since_1970);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);

  std::string text(weekdays[std::chrono::weekday(day).c_encoding()]);
  text += ", ";
  append_two_digits(text, static_cast<unsigned>(date.day()));
  text.append(" ").append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
  text.append(std::to_string(static_cast<int>(date.year()))).append(" ");
  append_two_digits(text, clock.hours().count());
  text += ':';
  append_two_digits(text, clock.minutes().count());
  text += ':';
  append_two_digits(text, clock.seconds().count());
  return text + " GMT";
}

std::string to_wire(const Response& response, const ResponseOptions& options) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out.append(reason_phrase(response.status)).append("\r\n");
  if (response.status != 101) {
    const bool keeps_alive = options.keeps_alive && !options.is_endless;
    append_header(out, "Connection", keeps_alive ? "keep-alive" : "close");
  }
  if (options.unix_ms != 0) append_header(out, "Date", http_date(options.unix_ms));
  if (options.is_endless) {
    append_header(out, "Content-Type", response.content_type);
  } else if (!is_bodiless(response.status)) {
    append_header(out, "Content-Length", std::to_string(response.body.size()));
    if (!response.body.empty()) append_header(out, "Content-Type", response.content_type);
  }
  for (const auto& header : response.headers) append_header(out, header.name, header.value);
  out += "\r\n";
  const bool is_head = options.is_head || options.is_endless || is_bodiless(response.status);
  if (!is_head) out += response.body;
  return out;
}

}  // namespace weir::gateway::http
