#include "tests/bench/adapters/flood.hpp"

#include "tests/bench/load/stamp.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace weir::tests::bench {
namespace {

/// One that nobody has just now.
std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

}  // namespace

TEST_CASE("a flood comes in order and is never further ahead than its window") {
  const Place place{.broker = "tcp", .port = free_port()};
  constexpr std::uint64_t window = 500;
  constexpr std::uint64_t wanted = 20'000;
  const auto consumer = make_consumer(place);
  Flood flood({.place = place, .data_bytes = 100, .window = window});
  std::uint64_t last = 0;
  std::uint64_t told = 0;
  while (last < wanted) {
    consumer->take([&](std::string_view message) {
      const auto stamp = find_stamp(message);
      REQUIRE(stamp);
      CHECK(stamp->sequence == last + 1);
      last = stamp->sequence;
    });
    if (told > 0) CHECK(last <= told + window);
    told = last;
    flood.set_arrived(last);
  }
  CHECK_NOTHROW(flood.stop());
}

TEST_CASE("what the publisher says is told at the end") {
  Flood flood({.place = {.broker = "tcp", .port = free_port()}});
  CHECK_THROWS_AS(flood.stop(), std::runtime_error);
  CHECK_THROWS_AS(make_consumer({.broker = "pigeons"}), std::runtime_error);
}

}  // namespace weir::tests::bench
