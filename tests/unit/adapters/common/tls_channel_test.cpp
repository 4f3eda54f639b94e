#include "adapters/common/tls_channel.hpp"

#include "tests/support/certificates.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace weir::adapters::common {
namespace {

using Role = TlsOptions::Role;

/// One end, with what it has read and why it failed.
struct End {
  std::unique_ptr<TlsContext> context;
  std::unique_ptr<TlsChannel> channel;
  std::string said;     ///< by the other end
  std::string failure;  ///< empty: none
  std::string wire;     ///< on its way to the other end

  void open(const TlsOptions& options, const std::string& host) {
    context = std::make_unique<TlsContext>(options);
    channel = std::make_unique<TlsChannel>(*context, host);
  }
  void read() {
    std::array<char, 100> buffer{};
    for (;;) {
      const auto bytes = channel->read(buffer);
      if (!bytes && failure.empty()) failure = bytes.error();
      if (!bytes || *bytes == 0) break;
      said.append(buffer.data(), *bytes);
    }
    channel->take_out(wire);
  }
  void write(std::string_view text) {
    REQUIRE(channel->write(text));
    channel->take_out(wire);
  }
};

struct Fixture {
  tests::TemporaryFolder folder;
  tests::Certificate root = tests::make_certificate({.name = "root"});
  tests::Certificate other_root = tests::make_certificate({.name = "other"});
  End server;
  End client;

  std::string file(const std::string& name, const std::string& text) const {
    return tests::write_file(folder.path() / name, text);
  }
  [[nodiscard]] TlsOptions listening(const tests::CertificateWish& wish) const {
    const auto own = tests::make_certificate(wish);
    return {.certificate = file("s.pem", own.pem), .key = file("s.key", own.key)};
  }
  [[nodiscard]] TlsOptions dialling() const {
    return {.role = Role::client, .ca = file("ca.pem", root.pem)};
  }
  void open(const TlsOptions& listen, const TlsOptions& dial, const std::string& host) {
    server.open(listen, {});
    client.open(dial, host);
  }
  /// Until both ends have nothing more to say, `piece` bytes at a time.
  void exchange(std::size_t piece = 16384) {
    client.read();
    server.read();
    while (!client.wire.empty() || !server.wire.empty()) {
      carry(client, server, piece);
      carry(server, client, piece);
    }
  }
  static void carry(End& from, End& to, std::size_t piece) {
    const std::string part = from.wire.substr(0, piece);
    if (part.empty()) return;
    from.wire.erase(0, part.size());
    to.channel->take_in(part);
    to.read();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "both sides hear what the other says, however it is cut") {
  const std::string long_text(100'000, 'x');
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{5000}}) {
    CAPTURE(piece);
    server = {};
    client = {};
    open(listening({.issuer = &root}), dialling(), "127.0.0.1");
    CHECK_FALSE(client.channel->is_open());
    exchange(piece);
    CHECK(client.failure == "");
    CHECK(server.failure == "");
    REQUIRE(client.channel->is_open());
    REQUIRE(server.channel->is_open());
    client.write("hello");
    server.write(long_text);
    exchange(std::max(piece, std::size_t{100}));
    CHECK(server.said == "hello");
    CHECK(client.said == long_text);
    CHECK_FALSE(server.channel->has_ended());
    client.channel->end();
    client.channel->take_out(client.wire);
    exchange();
    CHECK(server.channel->has_ended());
    CHECK(server.failure == "");
  }
}

TEST_CASE_FIXTURE(Fixture, "a name is looked for in the certificate, and sent ahead") {
  open(listening({.for_hosts = "DNS:feed.test", .issuer = &root}), dialling(), "feed.test");
  exchange();
  CHECK(client.failure == "");
  CHECK(server.channel->is_open());

  server = {};
  client = {};
  open(listening({.for_hosts = "DNS:feed.test", .issuer = &root}), dialling(), "other.test");
  exchange();
  CHECK(client.failure.find("hostname mismatch") != std::string::npos);
  CHECK_FALSE(server.channel->is_open());
  CHECK(server.failure.find("alert") != std::string::npos);

  server = {};
  client = {};
  TlsOptions named = dialling();
  named.server_name = "feed.test";
  open(listening({.for_hosts = "DNS:feed.test", .issuer = &root}), named, "127.0.0.1");
  exchange();
  CHECK(client.failure == "");

  server = {};
  client = {};
  open(listening({.for_hosts = "IP:127.0.0.2", .issuer = &root}), dialling(), "127.0.0.1");
  exchange();
  CHECK(client.failure.find("IP address mismatch") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture,
                  "a certificate of somebody else is refused, unless nothing is verified") {
  open(listening({.issuer = &other_root}), dialling(), "127.0.0.1");
  exchange();
  CHECK(client.failure.find("the certificate of the other side") != std::string::npos);
  CHECK_FALSE(client.channel->is_open());

  server = {};
  client = {};
  open(
      listening({.issuer = &other_root}), {.role = Role::client, .verifies = false}, "nobody.test");
  exchange();
  CHECK(client.channel->is_open());
  CHECK(server.channel->is_open());
}

TEST_CASE_FIXTURE(Fixture, "a client without a certificate that it must have does not get in") {
  TlsOptions mutual = listening({.issuer = &root});
  mutual.ca = file("clients.pem", other_root.pem);
  open(mutual, dialling(), "127.0.0.1");
  exchange();
  CHECK(server.failure.find("did not return a certificate") != std::string::npos);
  CHECK(client.failure.find("certificate required") != std::string::npos);

  const auto wrong = tests::make_certificate({.name = "feeder", .issuer = &root});
  TlsOptions showing = dialling();
  showing.certificate = file("w.pem", wrong.pem);
  showing.key = file("w.key", wrong.key);
  server = {};
  client = {};
  open(mutual, showing, "127.0.0.1");
  exchange();
  CHECK(server.failure.find("the certificate of the other side") != std::string::npos);

  const auto right = tests::make_certificate({.name = "feeder", .issuer = &other_root});
  showing.certificate = file("r.pem", right.pem);
  showing.key = file("r.key", right.key);
  server = {};
  client = {};
  open(mutual, showing, "127.0.0.1");
  exchange();
  CHECK(server.failure == "");
  CHECK(server.channel->is_open());
}

TEST_CASE_FIXTURE(Fixture, "where 1.3 is the least, 1.3 is spoken") {
  TlsOptions strict = listening({.issuer = &root});
  strict.version_min = TlsOptions::Version::tls_1_3;
  open(strict, dialling(), "127.0.0.1");
  exchange();
  CHECK(server.channel->is_open());
}

TEST_CASE_FIXTURE(Fixture, "what is no TLS is told as that") {
  server.open(listening({.issuer = &root}), {});
  server.channel->take_in("{\"topic\":\"a\",\"data\":1}\n");
  server.read();
  CHECK(server.failure.starts_with("TLS: "));
  CHECK(server.said == "");
}

}  // namespace weir::adapters::common
