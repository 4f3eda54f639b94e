// The header values of an opening handshake: whatever they are, what the server answers is of the
// grammar, names only what was offered, and the client's half agrees that it fits.
#include "protocol/websocket/client_handshake.hpp"
#include "protocol/websocket/header_list.hpp"
#include "tests/fuzz/fuzz_input.hpp"

#include <array>
#include <cassert>
#include <string>
#include <string_view>

namespace weir::tests::fuzz {
namespace {

using namespace protocol::websocket;

constexpr std::array<std::string_view, 2> subprotocols{"weir.v1.json", "weir.v1.cbor"};

/// Up to the next line feed.
std::string_view next_line(std::string_view& rest) {
  const auto line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

DeflatePolicy read_policy(FuzzInput& input) {
  DeflatePolicy policy;
  policy.server_takeover = input.flag() ? ContextTakeover::yes : ContextTakeover::no;
  policy.client_takeover = input.flag() ? ContextTakeover::yes : ContextTakeover::no;
  policy.server_window_bits_max = static_cast<std::uint8_t>(8 + input.byte() % 8);
  return policy;
}

void check_answer(const UpgradeAnswer& answer, const UpgradeRequest& request) {
  assert(answer.accept == accept_key(trim(request.key)));
  if (!answer.subprotocol.empty()) assert(has_element(request.subprotocols, answer.subprotocol));
  assert(answer.deflate.has_value() == !answer.extensions.empty());
  if (!answer.deflate) return;
  const auto said = parse_extensions(answer.extensions);
  assert(said && said->size() == 1);
  const DeflateOffer offer{.server_takeover = ContextTakeover::yes,
                           .client_takeover = ContextTakeover::yes};
  const auto understood = check_deflate_answer(said->front(), offer);
  assert(understood);
  assert(understood->server_takeover == answer.deflate->server_takeover);
  assert(understood->client_takeover == answer.deflate->client_takeover);
  assert(understood->server_window_bits >= answer.deflate->server_window_bits);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input({data, size});
  const auto policy = read_policy(input);
  auto rest = input.rest();
  const UpgradeRequest request{.method = "GET",
                               .connection = next_line(rest),
                               .upgrade = next_line(rest),
                               .key = next_line(rest),
                               .version = next_line(rest),
                               .subprotocols = next_line(rest),
                               .extensions = rest};
  const auto answer = answer_upgrade(request, {.subprotocols = subprotocols, .deflate = policy});
  if (answer) check_answer(*answer, request);
  if (!answer) assert(answer.error().status >= 400 && !answer.error().text.empty());

  const ServerResponse response{.status = 101,
                                .connection = request.connection,
                                .upgrade = request.upgrade,
                                .accept = request.key,
                                .subprotocol = request.subprotocols,
                                .extensions = request.extensions};
  assert(!check_response(response, {.host = "fuzz", .deflate = DeflateOffer{}}) ||
         trim(request.key) == accept_key(protocol::to_base64(std::string(16, '\0'))));
  return 0;
}

}  // namespace weir::tests::fuzz
