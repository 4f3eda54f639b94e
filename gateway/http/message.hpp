#pragma once

#include "gateway/core/peer_certificate.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::http {

/// What a listener is for, which decides what it answers.
enum class ListenerRole : std::uint8_t {
  client,  ///< WebSockets, publishing, the built-in pages
  admin,   ///< metrics, health, administration
};

/// Whether the two are equal but for the case of ASCII letters.
[[nodiscard]] bool equals_ignoring_case(std::string_view left, std::string_view right);

struct Header {
  std::string name;  ///< as it came; compared without case
  std::string value;
};

/// A whole HTTP request that is no WebSocket upgrade.
struct Request {
  std::string method{};
  std::string target{};                          ///< as it came: path and query
  std::vector<Header> headers{};                 ///< in order
  std::string body{};                            ///< without its chunking
  unsigned version = 11;                         ///< 10 x major + minor
  std::string peer_address{};                    ///< IP address without the port
  ListenerRole role = ListenerRole::client;      ///< of the listener that it came to
  std::size_t listener = 0;                      ///< which of the front end's listeners that is
  std::optional<PeerCertificate> certificate{};  ///< of the client; none: it has shown none

  /// The value of the first header with this name, ignoring case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  /// How many headers have this name.
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// All values of the headers with this name, joined with ", ".
  [[nodiscard]] std::string joined(std::string_view name) const;
  /// The target up to its '?', still percent-encoded.
  [[nodiscard]] std::string_view path() const;
  /// What follows the '?'; empty without one.
  [[nodiscard]] std::string_view query() const;
  /// Whether its Content-Type is JSON, with or without parameters.
  [[nodiscard]] bool has_json_body() const;
};

/// The answer to a request. Content-Length, Connection and Date are the front end's.
struct Response {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";  ///< not sent when the body is empty
  std::string body{};
  std::vector<Header> headers{};
};

/// A plain text answer; one line, ended with a newline.
[[nodiscard]] Response text_response(unsigned status, std::string_view text);
/// "Not Found" for 404; "Unknown" for a status that is not in the table.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

/// How the response is sent.
struct ResponseOptions {
  bool keeps_alive = true;   ///< another request may follow on the connection
  bool is_head = false;      ///< the answer to HEAD: everything but the body
  bool is_endless = false;   ///< only the head: the body comes by and by, and ends the connection
  std::int64_t unix_ms = 0;  ///< the time, for Date; 0: none is sent
};

/// "Sun, 06 Nov 1994 08:49:37 GMT". Source: RFC 9110, 5.6.7.
[[nodiscard]] std::string http_date(std::int64_t unix_ms);

/// The bytes of a response. A header value never carries CR or LF: more is our own bug.
[[nodiscard]] std::string to_wire(const Response& response, const ResponseOptions& options);

}  // namespace weir::gateway::http
