// What stands before a connection from a proxy: a header ends where it says, however its bytes
// arrive, and names an address or nobody.
#include "gateway/net/proxy_header.hpp"
#include "tests/fuzz/fuzz_input.hpp"

#include <arpa/inet.h>
#include <array>
#include <cassert>
#include <string_view>

namespace weir::tests::fuzz {
namespace {

using namespace gateway::net;

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = protocol::as_text({data, size});
  const auto whole = read_proxy_header(bytes);
  if (whole && !*whole) assert(size < proxy_header_bytes_max);
  if (!whole) assert(!whole.error().empty());

  // What the first bytes have settled stays so with more of them.
  for (std::size_t cut = 0; cut < size && cut <= proxy_header_bytes_max; ++cut) {
    const auto part = read_proxy_header(bytes.substr(0, cut));
    if (!part) {
      assert(!whole && part.error() == whole.error());
      return 0;
    }
    if (!*part) continue;
    assert(whole && *whole && **part == **whole);
    break;
  }
  if (!whole || !*whole) return 0;
  const auto& header = **whole;
  assert(header.bytes <= size && header.bytes <= proxy_header_bytes_max);
  assert(header.client.empty() || is_address(header.client));
  const auto alone = read_proxy_header(bytes.substr(0, header.bytes));
  assert(alone && *alone && **alone == header);
  return 0;
}

}  // namespace weir::tests::fuzz
