#pragma once

#include "gateway/http/message.hpp"
#include "gateway/net/counters.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace weir::gateway::net {

/// What an HTTP request may be.
struct RequestLimits {
  std::size_t header_bytes =
      std::size_t{8} * 1024;  ///< request line and headers, to the empty line
  std::size_t body_bytes = std::size_t{64} * 1024;
};
inline constexpr std::size_t request_headers_max = 64;
inline constexpr std::size_t request_target_bytes_max = 2048;

/// A request, and what its sender expects of the connection.
struct ReadRequest {
  http::Request request;  ///< without the peer's address and the role
  bool keeps_alive = false;
};

/// Why bytes are no request: the status to answer with before the connection is closed.
struct BadRequest {
  unsigned status = 400;
  Refusal refusal = Refusal::bad_request;
  std::string_view text;
};

/// Reads HTTP/1.x requests from a byte stream, within limits; strict, because what one program
/// takes for two requests another takes for one. Has no clock: deadlines are its owner's.
class RequestReader {
public:
  explicit RequestReader(RequestLimits limits);
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  ~RequestReader();

  /// Takes bytes as they come.
  /// Shape:  nullopt: feed more. After a request the bytes behind it are kept: `feed({})` looks for
  ///         the next one in them, `take_rest` hands them out.
  /// Errors: 400 - no proper HTTP/1.0 or 1.1; 411 - a chunked body; 431 - header_bytes or
  /// `request_headers_max`; 414 -
  ///         `request_target_bytes_max`; 413 - body_bytes. Fatal, call no more.
  /// Source: RFC 9112, 2 to 7.
  [[nodiscard]] protocol::Result<std::optional<ReadRequest>, BadRequest> feed(
      std::string_view bytes);

  /// Whether a request has begun and is not complete.
  [[nodiscard]] bool has_begun() const { return parser_ || !buffer_.empty(); }
  /// True once for a request that waits for "100 Continue" before it sends its body.
  [[nodiscard]] bool take_continue();
  /// The bytes behind the last request.
  [[nodiscard]] std::string take_rest();

private:
  struct Parser;
  struct ParserDeleter {
    void operator()(Parser* parser) const;
  };

  [[nodiscard]] std::optional<BadRequest> scan_headers();
  [[nodiscard]] bool is_proper_byte() const;
  [[nodiscard]] std::optional<BadRequest> parse_headers();
  [[nodiscard]] std::optional<BadRequest> parse_body();

  RequestLimits limits_;
  std::string buffer_;
  std::size_t scanned_ = 0;       ///< bytes of buffer_ that were looked at
  std::size_t line_begin_ = 0;    ///< of the line that is being scanned
  std::size_t header_bytes_ = 0;  ///< 0: the empty line has not come yet
  std::size_t header_count_ = 0;  ///< lines, with the request line and the empty one
  bool has_continued_ = false;
  std::unique_ptr<Parser, ParserDeleter> parser_;  ///< while a request is being parsed
};

}  // namespace weir::gateway::net
