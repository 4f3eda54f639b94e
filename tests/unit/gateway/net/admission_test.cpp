#include "gateway/net/admission.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::net {

TEST_CASE("peers are told apart by IPv4 address or by the first half of an IPv6 address") {
  CHECK(peer_key("192.0.2.1") == peer_key("192.0.2.1"));
  CHECK_FALSE(peer_key("192.0.2.1") == peer_key("192.0.2.2"));
  CHECK(peer_key("::ffff:192.0.2.1") == peer_key("192.0.2.1"));
  CHECK(peer_key("2001:db8:1:2::1") == peer_key("2001:db8:1:2:ffff::2"));
  CHECK_FALSE(peer_key("2001:db8:1:2::1") == peer_key("2001:db8:1:3::1"));
  CHECK_FALSE(peer_key("0.0.0.1") == peer_key("::1"));
  CHECK(peer_key("no address") == PeerKey{});
}

TEST_CASE("loopback addresses are known") {
  CHECK(peer_key("127.0.0.1").is_loopback());
  CHECK(peer_key("127.255.0.9").is_loopback());
  CHECK(peer_key("::1").is_loopback());
  CHECK(peer_key("::ffff:127.0.0.1").is_loopback());
  CHECK_FALSE(peer_key("128.0.0.1").is_loopback());
  CHECK_FALSE(peer_key("1::1").is_loopback());
  CHECK_FALSE(peer_key("0.0.0.127").is_loopback());
  CHECK_FALSE(PeerKey{}.is_loopback());
}

TEST_CASE("peers are told in logs as they are told apart") {
  CHECK(describe(peer_key("192.0.2.1")) == "192.0.2.1");
  CHECK(describe(peer_key("::ffff:192.0.2.1")) == "192.0.2.1");
  CHECK(describe(peer_key("2001:db8:1:2:3::4")) == "2001:db8:1:2::/64");
  CHECK(describe(peer_key("::1")) == "::/64");
  CHECK(describe(PeerKey::behind_proxy()) == "behind a proxy");
}

TEST_CASE("there are never more connections than descriptors") {
  CHECK(connection_limit(10) == 10);
  CHECK(connection_limit(std::size_t{1} << 62U) < std::size_t{1} << 62U);
}

TEST_CASE("the limit on all connections holds, and a released place is free again") {
  ConnectionCounter counter({.connections = 3, .connections_per_ip = 100});
  for (int i = 0; i < 3; ++i) CHECK(counter.admit(peer_key("127.0.0.1")) == Verdict::admitted);
  CHECK(counter.admit(peer_key("127.0.0.1")) == Verdict::too_many);
  CHECK(counter.count() == 3);
  counter.release(peer_key("127.0.0.1"));
  CHECK(counter.admit(peer_key("192.0.2.1")) == Verdict::admitted);
  CHECK(counter.admit(peer_key("192.0.2.1")) == Verdict::too_many);
}

TEST_CASE("the limit per peer holds for each peer by itself") {
  ConnectionCounter counter({.connections = 100, .connections_per_ip = 2});
  const auto first = peer_key("192.0.2.1");
  const auto second = peer_key("192.0.2.2");
  CHECK(counter.admit(first) == Verdict::admitted);
  CHECK(counter.admit(first) == Verdict::admitted);
  CHECK(counter.admit(first) == Verdict::too_many_per_peer);
  CHECK(counter.count() == 2);
  CHECK(counter.admit(second) == Verdict::admitted);
  counter.release(first);
  CHECK(counter.admit(first) == Verdict::admitted);
  CHECK(counter.admit(first) == Verdict::too_many_per_peer);
}

TEST_CASE("who is behind a proxy is counted once it is known, and stays where it cannot be") {
  ConnectionCounter counter({.connections = 4, .connections_per_ip = 1});
  const auto proxy = PeerKey::behind_proxy();
  const auto client = peer_key("192.0.2.1");
  for (int i = 0; i < 3; ++i) CHECK(counter.admit(proxy) == Verdict::admitted);
  CHECK(counter.move(proxy, client) == Verdict::admitted);
  CHECK(counter.move(client, client) == Verdict::admitted);
  CHECK(counter.move(proxy, client) == Verdict::too_many_per_peer);
  CHECK(counter.admit(client) == Verdict::too_many_per_peer);
  CHECK(counter.count() == 3);
  CHECK(counter.move(client, proxy) == Verdict::admitted);
  CHECK(counter.admit(client) == Verdict::admitted);
  CHECK(counter.admit(proxy) == Verdict::too_many);
  for (int i = 0; i < 3; ++i) counter.release(proxy);
  counter.release(client);
  CHECK(counter.count() == 0);
}

TEST_CASE("loopback is exempt from the limit per peer only where the options say so") {
  const auto loopback = peer_key("127.0.0.1");
  ConnectionCounter exempt({.connections = 100, .connections_per_ip = 1});
  CHECK(exempt.admit(loopback) == Verdict::admitted);
  CHECK(exempt.admit(loopback) == Verdict::admitted);
  exempt.release(loopback);

  ConnectionCounter strict({.connections = 100, .connections_per_ip = 1, .loopback_exempt = false});
  CHECK(strict.admit(loopback) == Verdict::admitted);
  CHECK(strict.admit(loopback) == Verdict::too_many_per_peer);
  strict.release(loopback);
  CHECK(strict.admit(loopback) == Verdict::admitted);
}

}  // namespace weir::gateway::net
