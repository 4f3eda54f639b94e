#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace weir::gateway::net {

/// What a connection counts as when connections per peer are limited: an IPv4 address, or the
/// first 64 bits of an IPv6 address, which is what one customer has.
struct PeerKey {
  std::uint64_t value = ~std::uint64_t{0};

  /// Of a connection through a trusted proxy whose client is not known: not limited by itself.
  [[nodiscard]] static PeerKey behind_proxy();
  /// 127.0.0.0/8, and ::/64 for ::1, the only address there that can connect.
  [[nodiscard]] bool is_loopback() const;
  friend bool operator==(const PeerKey&, const PeerKey&) = default;
};

/// The key of an address in text; all that is no IP address shares one key.
[[nodiscard]] PeerKey peer_key(std::string_view address);

/// For logs: "192.0.2.1", or "2001:db8:1:2::/64".
[[nodiscard]] std::string describe(PeerKey peer);

enum class Verdict : std::uint8_t {
  admitted,
  too_many,           ///< the limit on all connections
  too_many_per_peer,  ///< the limit on those of one peer
};

/// Who may have another connection. With several shards the app gives all of them the same one,
/// which it makes safe for their threads.
class Admission {
public:
  virtual ~Admission() = default;

  /// Counts the connection when it is admitted; `release` then takes it back.
  [[nodiscard]] virtual Verdict admit(PeerKey peer) = 0;
  virtual void release(PeerKey peer) = 0;
  /// The connection of `from` turns out to be that of `to`. It stays with `from` where `to` has too
  /// many.
  [[nodiscard]] virtual Verdict move(PeerKey from, PeerKey to) = 0;
};

/// How many connections there may be when the configuration says `configured`: at most four fifths
/// of the descriptors that this process may have.
[[nodiscard]] std::size_t connection_limit(std::size_t configured);

/// Counts connections, in all and per peer, for one thread.
class ConnectionCounter final : public Admission {
public:
  struct Options {
    std::size_t connections = 50'000;
    std::size_t connections_per_ip = 100;
    bool loopback_exempt = true;  ///< of the limit per peer
  };
  explicit ConnectionCounter(Options options) : options_(options) {}

  [[nodiscard]] Verdict admit(PeerKey peer) override;
  void release(PeerKey peer) override;
  [[nodiscard]] Verdict move(PeerKey from, PeerKey to) override;

  [[nodiscard]] std::size_t count() const { return count_; }

private:
  [[nodiscard]] bool is_counted(PeerKey peer) const;
  [[nodiscard]] bool count_peer(PeerKey peer);
  void uncount_peer(PeerKey peer);

  Options options_;
  std::size_t count_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> per_peer_;
};

}  // namespace weir::gateway::net
