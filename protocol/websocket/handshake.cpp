#include "protocol/websocket/handshake.hpp"

#include "protocol/core/bytes.hpp"
#include "protocol/websocket/header_list.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace weir::protocol::websocket {
namespace {

constexpr std::string_view accept_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view base64_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// 16 bytes in base64. The four bits that do not count may be anything: an example of RFC 6455
/// itself, in 4.1, has some set.
bool is_key(std::string_view key) {
  constexpr std::size_t characters = 22;
  return key.size() == characters + 2 && key.ends_with("==") &&
         key.find_first_not_of(base64_characters) == characters;
}

std::optional<UpgradeRefusal> check_request(const UpgradeRequest& request) {
  if (request.method != "GET") return UpgradeRefusal{405, "A WebSocket begins with GET."};
  if (request.http_version < 11) {
    return UpgradeRefusal{400, "A WebSocket needs HTTP/1.1."};
  }
  if (!has_element(request.upgrade, "websocket") || !has_element(request.connection, "upgrade")) {
    return UpgradeRefusal{426, "This is a WebSocket endpoint: ask for Upgrade: websocket."};
  }
  if (trim(request.version) != websocket_version) {
    return UpgradeRefusal{426, "Sec-WebSocket-Version must be 13."};
  }
  if (!is_key(trim(request.key))) {
    return UpgradeRefusal{400, "Sec-WebSocket-Key must be 16 bytes in base64."};
  }
  return std::nullopt;
}

/// The first of ours that is among the offers; empty: none.
Result<std::string_view, UpgradeRefusal> select_subprotocol(
    std::string_view offers, std::span<const std::string_view> ours) {
  auto best = ours.size();
  std::size_t count = 0;
  for (auto offer = next_element(offers); !offer.empty(); offer = next_element(offers)) {
    if (++count > subprotocols_max) {
      return Unexpected(UpgradeRefusal{400, "Sec-WebSocket-Protocol has more than 8 offers."});
    }
    if (!is_token(offer) || offer.size() > subprotocol_bytes_max) {
      return Unexpected(UpgradeRefusal{
          400, "Sec-WebSocket-Protocol has an offer that is no token of at most 4096 characters."});
    }
    const auto place = static_cast<std::size_t>(std::ranges::find(ours, offer) - ours.begin());
    best = std::min(best, place);
  }
  return best == ours.size() ? std::string_view{} : ours[best];
}

}  // namespace

Result<UpgradeAnswer, UpgradeRefusal> answer_upgrade(const UpgradeRequest& request,
                                                     const UpgradePolicy& policy) {
  if (const auto refusal = check_request(request)) return Unexpected(*refusal);
  const auto subprotocol = select_subprotocol(request.subprotocols, policy.subprotocols);
  if (!subprotocol) return Unexpected(subprotocol.error());
  const auto offers = parse_extensions(request.extensions);
  if (!offers) return Unexpected(UpgradeRefusal{400, offers.error()});

  UpgradeAnswer answer{.accept = accept_key(trim(request.key)),
                       .subprotocol = *subprotocol,
                       .extensions = {},
                       .deflate = {}};
  if (!policy.deflate) return answer;
  if (auto agreement = accept_deflate(*offers, *policy.deflate)) {
    answer.extensions = std::move(agreement->header);
    answer.deflate = agreement->parameters;
  }
  return answer;
}

std::string accept_key(std::string_view key) {
  const auto text = std::string(key).append(accept_guid);
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
  SHA1(as_bytes(text).data(), text.size(), digest.data());
  return to_base64(as_text(digest));
}

}  // namespace weir::protocol::websocket
