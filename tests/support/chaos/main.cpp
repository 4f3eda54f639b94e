// A TCP proxy that is a bad network, for tests:
//
//   chaos_proxy ADDRESS:PORT [COMMAND...]
//
// Leads to that IPv4 address, and prints the port that it listens on there. A COMMAND is one word,
// as in 'split 1'; they can be given on standard input as well, while it runs: proxy.hpp says which
// there are. Ends when standard input does. WEIR_SEED: of what is random.
#include "tests/support/chaos/proxy.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <sys/resource.h>

namespace {

std::optional<sockaddr_in> address_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  address.sin_port = htons(port);
  const std::string host(text.substr(0, colon));
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return std::nullopt;
  return address;
}

}  // namespace

int main(int count, char** values) {
  const std::span arguments(values, static_cast<std::size_t>(count));
  const auto target = address_of(arguments.size() > 1 ? arguments[1] : "");
  if (!target) {
    std::cerr << "usage: chaos_proxy ADDRESS:PORT [COMMAND...]\n";
    return 2;
  }
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  weir::tests::chaos::Proxy proxy(*target, weir::tests::seed_or(1));
  for (const std::string_view command : arguments.subspan(2)) {
    if (!proxy.command(command)) {
      std::cerr << "chaos_proxy: what is " << command << "?\n";
      return 2;
    }
  }
  std::cout << proxy.port() << std::endl;
  proxy.run();
}
