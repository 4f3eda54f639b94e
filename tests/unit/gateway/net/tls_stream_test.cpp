#include "gateway/net/tls_stream.hpp"

#include "tests/support/certificate_files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <array>
#include <fcntl.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace weir::gateway::net {
namespace {

using Status = IoResult::Status;

/// A client of OpenSSL's own on the other end of a pair of sockets that never block.
class Pair {
public:
  explicit Pair(bool shows_certificate = false) {
    const auto own = tests::make_certificate_files(folder_.path(), "gateway");
    const auto client = tests::make_certificate_files(folder_.path(), "alice");
    auto context =
        TlsContext::load({own.certificate, own.key, shows_certificate ? client.certificate : ""});
    REQUIRE(context);
    std::array<int, 2> sockets{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets.data()) == 0);
    server = make_tls_stream(sockets[0], *context);
    REQUIRE(server);
    descriptor_ = sockets[1];
    client_context_.reset(SSL_CTX_new(TLS_client_method()));
    if (shows_certificate) {
      SSL_CTX_use_certificate_file(
          client_context_.get(), client.certificate.c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(client_context_.get(), client.key.c_str(), SSL_FILETYPE_PEM);
    }
    client_.reset(SSL_new(client_context_.get()));
    SSL_set_fd(client_.get(), descriptor_);
    SSL_set_connect_state(client_.get());
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() { ::close(descriptor_); }

  void shake_hands() {
    for (int i = 0; i < 10 && SSL_do_handshake(client_.get()) != 1; ++i) {
      CHECK(server->read(buffer_).status == Status::blocked);
    }
    REQUIRE(SSL_is_init_finished(client_.get()) != 0);
    CHECK(server->read(buffer_).status == Status::blocked);
  }
  void say(std::string_view text) {
    REQUIRE(SSL_write(client_.get(), text.data(), static_cast<int>(text.size())) ==
            static_cast<int>(text.size()));
  }
  /// What the client has got.
  std::string heard() {
    std::string text;
    std::array<char, 4096> part{};
    for (int size = 0; (size = SSL_read(client_.get(), part.data(), part.size())) > 0;) {
      text.append(part.data(), static_cast<std::size_t>(size));
    }
    return text;
  }
  std::string read() {
    const auto [status, bytes] = server->read(buffer_);
    CHECK(status == Status::more);
    return std::string(protocol::as_text(protocol::ByteView(buffer_).first(bytes)));
  }
  void leave() { SSL_shutdown(client_.get()); }
  [[nodiscard]] int client_descriptor() const { return descriptor_; }
  [[nodiscard]] protocol::MutableByteView buffer() { return buffer_; }

  std::unique_ptr<ByteStream> server;

private:
  tests::TemporaryFolder folder_;
  int descriptor_ = -1;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> client_context_{nullptr, SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> client_{nullptr, SSL_free};
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(16 * 1024);
};

TEST_CASE("reads do the handshake, and nothing is written before it is done") {
  Pair pair;
  const std::string_view early = "early";
  CHECK(pair.server->write({&early, 1}).bytes == 0);
  pair.shake_hands();
  pair.say("hello");
  CHECK(pair.read() == "hello");
  CHECK(pair.server->read(pair.buffer()).status == Status::blocked);
  const std::array<std::string_view, 4> pieces{"one", "", "two", "three"};
  const auto [status, bytes] = pair.server->write(pieces);
  CHECK(status == Status::more);
  CHECK(bytes == 11);
  CHECK(pair.heard() == "onetwothree");
  CHECK_FALSE(pair.server->peer_certificate());
}

TEST_CASE("what the socket does not take is written later, from where it stopped") {
  Pair pair;
  pair.shake_hands();
  std::vector<std::string> blocks;
  std::string whole;
  for (int i = 0; i < 200; ++i) {
    blocks.emplace_back(static_cast<std::size_t>(i * 97 % 40'000), static_cast<char>('a' + i % 26));
    whole += blocks.back();
  }
  std::size_t block = 0;
  std::size_t offset = 0;
  std::string heard;
  int blocked = 0;
  while (block < blocks.size()) {
    std::vector<std::string_view> pieces(blocks.begin() + static_cast<std::ptrdiff_t>(block),
                                         blocks.end());
    pieces[0].remove_prefix(offset);
    auto [status, bytes] = pair.server->write(pieces);
    if (status == Status::blocked) ++blocked;
    REQUIRE(status != Status::broken);
    for (offset += bytes; block < blocks.size() && offset >= blocks[block].size(); ++block) {
      offset -= blocks[block].size();
    }
    heard += pair.heard();
  }
  heard += pair.heard();
  CHECK(blocked > 1);
  CHECK(heard == whole);
}

TEST_CASE("an end is an end, with an alert or without") {
  Pair polite;
  polite.shake_hands();
  polite.leave();
  CHECK(polite.server->read(polite.buffer()).status == Status::ended);
  CHECK(polite.server->tls_fault() == nullptr);
  Pair rude;
  rude.shake_hands();
  ::shutdown(rude.client_descriptor(), SHUT_WR);
  CHECK(rude.server->read(rude.buffer()).status == Status::ended);
}

TEST_CASE("our end is told") {
  Pair pair;
  pair.shake_hands();
  pair.server->shut_down();
  CHECK(pair.heard().empty());
}

TEST_CASE("what is not TLS ends with its reason") {
  Pair pair;
  const std::string_view request = "GET / HTTP/1.1\r\n\r\n";
  REQUIRE(::write(pair.client_descriptor(), request.data(), request.size()) > 0);
  CHECK(pair.server->read(pair.buffer()).status == Status::broken);
  REQUIRE(pair.server->tls_fault() != nullptr);
  CHECK(std::string(pair.server->tls_fault()) == "http request");
}

TEST_CASE("a client certificate names its subject and its end") {
  Pair pair(true);
  pair.shake_hands();
  const auto certificate = pair.server->peer_certificate();
  REQUIRE(certificate);
  CHECK(certificate->subject == "alice");
  CHECK(certificate->expires_unix_s > 1'700'000'000);
}

}  // namespace
}  // namespace weir::gateway::net
