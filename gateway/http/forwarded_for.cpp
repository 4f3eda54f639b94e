#include "gateway/http/forwarded_for.hpp"

#include <algorithm>

namespace weir::gateway::http {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Some proxies write the port as well: "192.0.2.1:4711", "[2001:db8::1]:4711".
std::string_view without_port(std::string_view hop) {
  if (hop.starts_with('[')) {
    const auto end = hop.find(']');
    return end == std::string_view::npos ? hop : hop.substr(1, end - 1);
  }
  return std::ranges::count(hop, ':') == 1 ? hop.substr(0, hop.find(':')) : hop;
}

}  // namespace

std::string find_client(std::string_view forwarded,
                        std::string_view peer,
                        std::span<const AddressPrefix> trusted) {
  auto client = peer;
  auto rest = forwarded;
  while (!rest.empty() && contains(trusted, client)) {
    const auto comma = rest.rfind(',');
    const auto hop =
        without_port(trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1)));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
    if (!read_ip(hop)) break;  // "unknown", or rubbish: the proxy itself is all that is known
    client = hop;
  }
  return std::string(client);
}

}  // namespace weir::gateway::http
