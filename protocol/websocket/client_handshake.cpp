#include "protocol/websocket/client_handshake.hpp"

#include "protocol/core/bytes.hpp"
#include "protocol/websocket/header_list.hpp"

#include <algorithm>

namespace weir::protocol::websocket {
namespace {

std::string key(const ClientRequest& request) {
  return to_base64(as_text(request.nonce));
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

std::string join(std::span<const std::string_view> elements) {
  std::string list;
  for (const auto element : elements) {
    if (!list.empty()) list.append(", ");
    list.append(element);
  }
  return list;
}

Unexpected<std::string> mismatch(std::string_view text) {
  return Unexpected(std::string(text));
}

}  // namespace

std::string to_http(const ClientRequest& request) {
  auto out = std::string("GET ").append(request.target).append(" HTTP/1.1\r\n");
  append_header(out, "Host", request.host);
  append_header(out, "Upgrade", "websocket");
  append_header(out, "Connection", "Upgrade");
  append_header(out, "Sec-WebSocket-Key", key(request));
  append_header(out, "Sec-WebSocket-Version", websocket_version);
  if (!request.subprotocols.empty()) {
    append_header(out, "Sec-WebSocket-Protocol", join(request.subprotocols));
  }
  if (request.deflate) append_header(out, "Sec-WebSocket-Extensions", to_header(*request.deflate));
  if (!request.origin.empty()) append_header(out, "Origin", request.origin);
  return out.append("\r\n");
}

Result<ClientAgreement, std::string> check_response(const ServerResponse& response,
                                                    const ClientRequest& request) {
  if (response.status != 101) {
    return mismatch("The server answered with HTTP status " + std::to_string(response.status) +
                    ", not 101.");
  }
  if (!equals_ignoring_case(trim(response.upgrade), "websocket") ||
      !has_element(response.connection, "upgrade")) {
    return mismatch("The server switched to another protocol than WebSocket.");
  }
  if (trim(response.accept) != accept_key(key(request))) {
    return mismatch("The server's Sec-WebSocket-Accept does not belong to our key.");
  }
  ClientAgreement agreement;
  if (const auto subprotocol = trim(response.subprotocol); !subprotocol.empty()) {
    const auto ours = std::ranges::find(request.subprotocols, subprotocol);
    if (ours == request.subprotocols.end()) {
      return mismatch("The server chose a subprotocol that was not offered.");
    }
    agreement.subprotocol = *ours;
  }
  const auto extensions = parse_extensions(response.extensions);
  if (!extensions) return mismatch(extensions.error());
  if (extensions->empty()) return agreement;
  if (extensions->size() == 1 && request.deflate) {
    agreement.deflate = check_deflate_answer(extensions->front(), *request.deflate);
  }
  if (!agreement.deflate) return mismatch("The server chose an extension that was not offered.");
  return agreement;
}

}  // namespace weir::protocol::websocket
