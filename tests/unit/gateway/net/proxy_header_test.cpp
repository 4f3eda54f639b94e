#include "gateway/net/proxy_header.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::net {
namespace {

using namespace std::string_view_literals;

constexpr auto signature = "\r\n\r\n\0\r\nQUIT\n"sv;

/// A header of version 2; `length`: what it says of the bytes behind its first 16.
std::string v2(std::uint8_t command,
               std::uint8_t family,
               std::string_view rest,
               std::size_t length = std::string_view::npos) {
  if (length == std::string_view::npos) length = rest.size();
  std::string bytes(signature);
  for (const auto byte : {static_cast<std::size_t>(command),
                          static_cast<std::size_t>(family),
                          length >> 8U,
                          length & 0xFFU}) {
    bytes += static_cast<char>(byte);
  }
  return bytes += rest;
}

const std::string ipv4_addresses("\xC0\0\x02\x01\x0A\0\0\x01\x12\x67\0\x50"sv);
const std::string ipv6_addresses = std::string("\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01"sv) +
                                   std::string(16, '\x02') + std::string("\x12\x67\0\x50"sv);

struct Row {
  std::string name;
  std::string bytes;
  std::string client;  ///< or, of faults, what is wrong
};

std::vector<Row> good_headers() {
  return {
      {"2.1: TCP4", "PROXY TCP4 192.0.2.1 10.0.0.1 4711 80\r\n", "192.0.2.1"},
      {"2.1: TCP6", "PROXY TCP6 2001:db8::1 2001:db8::2 4711 80\r\n", "2001:db8::1"},
      {"2.1: the longest TCP6",
       "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
       "65535 65535\r\n",
       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"2.1: the longest line",
       "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535" + std::string(48, ' ') + "\r\n",
       ""},
      {"2.1: UNKNOWN", "PROXY UNKNOWN\r\n", ""},
      {"2.2: IPv4 stream", v2(0x21, 0x11, ipv4_addresses), "192.0.2.1"},
      {"2.2: IPv6 stream", v2(0x21, 0x21, ipv6_addresses), "2001:db8::1"},
      {"2.2: more behind the addresses",
       v2(0x21, 0x11, ipv4_addresses + std::string(300, 'x')),
       "192.0.2.1"},
      {"2.2: as long as we take",
       v2(0x21, 0x11, ipv4_addresses + std::string(proxy_v2_bytes_max - 12, 'x')),
       "192.0.2.1"},
      {"2.2: LOCAL", v2(0x20, 0x00, ""), ""},
      {"2.2: LOCAL, whatever follows", v2(0x20, 0x11, "short"), ""},
      {"2.2: LOCAL, whatever family", v2(0x20, 0xF7, ""), ""},
      {"2.2: UNSPEC", v2(0x21, 0x00, ""), ""},
      {"2.2: UNSPEC with addresses", v2(0x21, 0x00, "1234"), ""},
      {"2.2: a UNIX stream", v2(0x21, 0x31, std::string(216, '/')), ""},
  };
}

std::vector<Row> bad_headers() {
  return {
      {"no header", "GET / HTTP/1.1\r\n", "no PROXY header"},
      {"TLS", "\x16\x03\x01", "no PROXY header"},
      {"lower case", "proxy TCP4", "no PROXY header"},
      {"a line that never ends", "PROXY UNKNOWN" + std::string(94, 'x'), "too long"},
      {"one byte too many", "PROXY UNKNOWN " + std::string(92, 'x') + "\r\n", "too long"},
      {"only a line feed", "PROXY UNKNOWN\n", "no line end"},
      {"no protocol", "PROXY \r\n", "not a known protocol"},
      {"another protocol", "PROXY UDP4 192.0.2.1 10.0.0.1 1 2\r\n", "not a known protocol"},
      {"UNKNOWN with more", "PROXY UNKNOWNS\r\n", "not a known protocol"},
      {"a name", "PROXY TCP4 localhost 10.0.0.1 1 2\r\n", "not an address of that protocol"},
      {"IPv6 in TCP4", "PROXY TCP4 ::1 10.0.0.1 1 2\r\n", "not an address of that protocol"},
      {"IPv4 in TCP6", "PROXY TCP6 10.0.0.1 ::1 1 2\r\n", "not an address of that protocol"},
      {"a destination that is none",
       "PROXY TCP4 10.0.0.1 x 1 2\r\n",
       "not an address of that protocol"},
      {"two spaces", "PROXY TCP4  10.0.0.1 10.0.0.1 1 2\r\n", "not an address of that protocol"},
      {"one port", "PROXY TCP4 10.0.0.1 10.0.0.1 1\r\n", "not a port"},
      {"a port too many", "PROXY TCP4 10.0.0.1 10.0.0.1 1 2 3\r\n", "not a port"},
      {"a port too high", "PROXY TCP4 10.0.0.1 10.0.0.1 1 65536\r\n", "not a port"},
      {"a port of letters", "PROXY TCP4 10.0.0.1 10.0.0.1 http 2\r\n", "not a port"},
      {"a port with a zero before it", "PROXY TCP4 10.0.0.1 10.0.0.1 080 2\r\n", "not a port"},
      {"a space at the end", "PROXY TCP4 10.0.0.1 10.0.0.1 1 2 \r\n", "not a port"},
      {"version 1 in binary", v2(0x11, 0x11, ipv4_addresses), "another version"},
      {"version 3", v2(0x31, 0x11, ipv4_addresses), "another version"},
      {"command 2", v2(0x22, 0x11, ipv4_addresses), "not a command"},
      {"family 4", v2(0x21, 0x41, ipv4_addresses), "not a family"},
      {"transport 3", v2(0x21, 0x13, ipv4_addresses), "not a family"},
      {"datagrams", v2(0x21, 0x12, ipv4_addresses), "not a stream"},
      {"IPv4 cut short", v2(0x21, 0x11, ipv4_addresses.substr(1)), "too short for its family"},
      {"IPv6 cut short", v2(0x21, 0x21, ipv6_addresses.substr(1)), "too short for its family"},
      {"UNIX cut short", v2(0x21, 0x31, std::string(215, '/')), "too short for its family"},
      {"one byte more than we take", v2(0x21, 0x11, "", proxy_v2_bytes_max + 1), "too long"},
      {"as long as it can say", v2(0x20, 0x00, "", 0xFFFF), "too long"},
  };
}

}  // namespace

TEST_CASE("a header says who the client is, and where the client's bytes begin") {
  for (const auto& row : good_headers()) {
    CAPTURE(row.name);
    CHECK(row.bytes.size() <= proxy_header_bytes_max);
    for (const auto* behind : {"", "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01"}) {
      const auto read = read_proxy_header(row.bytes + behind);
      REQUIRE(read);
      REQUIRE(*read);
      CHECK((*read)->client == row.client);
      CHECK((*read)->bytes == row.bytes.size());
    }
  }
}

TEST_CASE("the longest header of version 1 has 107 bytes") {
  CHECK(good_headers()[3].bytes.size() == proxy_v1_bytes_max);
}

TEST_CASE("a header that is cut at any byte is one of which more is to come") {
  for (const auto& row : good_headers()) {
    CAPTURE(row.name);
    for (std::size_t bytes = 0; bytes < row.bytes.size(); ++bytes) {
      CAPTURE(bytes);
      const auto read = read_proxy_header(std::string_view(row.bytes).substr(0, bytes));
      REQUIRE(read);
      CHECK_FALSE(*read);
    }
  }
}

TEST_CASE("a header that breaks a rule is refused with what is wrong") {
  for (const auto& row : bad_headers()) {
    CAPTURE(row.name);
    const auto read = read_proxy_header(row.bytes);
    REQUIRE_FALSE(read);
    CHECK(read.error() == row.client);
  }
}

TEST_CASE("a refused header was never taken, however much of it had come") {
  for (const auto& row : bad_headers()) {
    CAPTURE(row.name);
    for (std::size_t bytes = 0; bytes < row.bytes.size(); ++bytes) {
      CAPTURE(bytes);
      const auto read = read_proxy_header(std::string_view(row.bytes).substr(0, bytes));
      CHECK((!read || !*read));
    }
  }
}

}  // namespace weir::gateway::net
