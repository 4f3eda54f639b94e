#include "gateway/net/request_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <limits>
#include <utility>

namespace weir::gateway::net {

namespace beast = boost::beast;
using protocol::Result;
using protocol::Unexpected;

/// The one place that knows Beast.
struct RequestReader::Parser {
  beast::http::request_parser<beast::http::string_body> parser;
  ReadRequest read;  ///< its headers, once they are complete
};

namespace {

constexpr BadRequest malformed{400, Refusal::bad_request, "This is no proper HTTP request."};
constexpr BadRequest too_many_headers{
    431, Refusal::header_bytes, "The headers of the request are too large."};
constexpr BadRequest target_too_long{414, Refusal::header_bytes, "The target is too long."};
constexpr BadRequest body_too_large{413, Refusal::body_bytes, "The body is too large."};
constexpr BadRequest length_required{
    411, Refusal::bad_request, "A request with a body must tell its length."};

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

/// What Beast lets pass, and other programs may understand otherwise. Chunked bodies are not taken
/// at all, as RFC 9110, 15.5.12 allows: they are what requests are smuggled with, and Beast's
/// parser of chunks has an assertion that a client can reach.
std::optional<BadRequest> check(const http::Request& request) {
  if (request.target.size() > request_target_bytes_max) return target_too_long;
  const bool is_target = request.target.starts_with('/') || request.target == "*";
  const auto hosts = request.count("Host");
  const bool has_coding = request.count("Transfer-Encoding") > 0;
  if (!is_target || hosts > 1 || (hosts == 0 && request.version == 11)) return malformed;
  if (request.version != 10 && request.version != 11) return malformed;
  if (!has_coding) return std::nullopt;
  const bool has_length = request.count("Content-Length") > 0;
  return has_length || request.version == 10 ? malformed : length_required;
}

BadRequest translate(const beast::error_code& error) {
  return error == beast::http::error::body_limit ? body_too_large : malformed;
}

}  // namespace

void RequestReader::ParserDeleter::operator()(Parser* parser) const {
  std::default_delete<Parser>()(parser);
}

RequestReader::RequestReader(RequestLimits limits) : limits_(limits) {
}
RequestReader::~RequestReader() = default;

Result<std::optional<ReadRequest>, BadRequest> RequestReader::feed(std::string_view bytes) {
  buffer_.append(bytes);
  if (header_bytes_ == 0) {
    if (const auto bad = scan_headers()) return Unexpected(*bad);
    if (header_bytes_ == 0) return std::optional<ReadRequest>{};
    if (const auto bad = parse_headers()) return Unexpected(*bad);
  }
  if (const auto bad = parse_body()) return Unexpected(*bad);
  if (!parser_->parser.is_done()) return std::optional<ReadRequest>{};

  auto read = std::move(parser_->read);
  read.request.body = std::move(parser_->parser.get().body());
  parser_.reset();
  scanned_ = line_begin_ = header_bytes_ = header_count_ = 0;
  has_continued_ = false;
  return std::optional(std::move(read));
}

/// Looks at each byte of the headers once, until the empty line, which must come within the limit.
std::optional<BadRequest> RequestReader::scan_headers() {
  for (; scanned_ < buffer_.size() && header_bytes_ == 0; ++scanned_) {
    if (scanned_ >= limits_.header_bytes) return too_many_headers;
    if (!is_proper_byte()) return malformed;
    if (buffer_[scanned_] != '\n') continue;
    if (scanned_ - line_begin_ == 1) header_bytes_ = scanned_ + 1;
    line_begin_ = scanned_ + 1;
    if (++header_count_ > request_headers_max + 2) return too_many_headers;
  }
  return std::nullopt;
}

/// Lines end with CRLF, none is folded, none holds a NUL, and the first one begins with a method.
bool RequestReader::is_proper_byte() const {
  const char byte = buffer_[scanned_];
  if (byte == '\0') return false;
  const bool follows_return = scanned_ > line_begin_ && buffer_[scanned_ - 1] == '\r';
  if (follows_return != (byte == '\n')) return false;
  if (scanned_ != line_begin_) return true;
  return line_begin_ == 0 ? byte >= 'A' && byte <= 'Z' : byte != ' ' && byte != '\t';
}

std::optional<BadRequest> RequestReader::parse_headers() {
  parser_.reset(std::make_unique<Parser>().release());
  auto& parser = parser_->parser;
  parser.eager(true);
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // it was counted already
  parser.body_limit(limits_.body_bytes);
  beast::error_code error;
  const auto used = parser.put(boost::asio::buffer(buffer_.data(), header_bytes_), error);
  if (error && error != beast::http::error::need_more) return translate(error);
  if (used != header_bytes_ || !parser.is_header_done()) return malformed;
  buffer_.erase(0, used);

  const auto& message = parser.get();
  auto& request = parser_->read.request;
  request.method = view(message.method_string());
  request.target = view(message.target());
  request.version = message.version();
  for (const auto& field : message) {
    request.headers.push_back(
        {std::string(view(field.name_string())), std::string(view(field.value()))});
  }
  parser_->read.keeps_alive = parser.keep_alive();
  return check(request);
}

std::optional<BadRequest> RequestReader::parse_body() {
  auto& parser = parser_->parser;
  beast::error_code error;
  while (!buffer_.empty() && !parser.is_done()) {
    const auto used = parser.put(boost::asio::buffer(buffer_), error);
    buffer_.erase(0, used);
    if (error == beast::http::error::need_more) return std::nullopt;
    if (error) return translate(error);
  }
  return std::nullopt;
}

bool RequestReader::take_continue() {
  if (!parser_ || has_continued_) return false;
  if (!http::equals_ignoring_case(parser_->read.request.joined("Expect"), "100-continue")) {
    return false;
  }
  has_continued_ = true;
  return true;
}

std::string RequestReader::take_rest() {
  return std::exchange(buffer_, {});
}

}  // namespace weir::gateway::net
