#include "gateway/net/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <ctime>
#include <utility>

namespace weir::gateway::net {
namespace {

/// Plain bytes of one record (RFC 8446, 5.1). What is written goes in records as large as may be,
/// because each costs a system call and some thirty bytes.
constexpr std::size_t record_bytes_max = std::size_t{16} * 1024;

/// One record's worth from the front of `pieces`, the first of which begins at `offset`: where it
/// lies, or gathered in `buffer`. The same pieces always give the same record, as a write that is
/// tried again must.
std::string_view next_record(std::span<const std::string_view> pieces,
                             std::size_t offset,
                             std::array<char, record_bytes_max>& buffer) {
  const auto first = pieces[0].substr(offset);
  if (pieces.size() == 1 || first.size() >= buffer.size()) return first.substr(0, buffer.size());
  std::size_t size = 0;
  for (auto piece = first; !pieces.empty() && size < buffer.size();) {
    const auto taken = std::min(piece.size(), buffer.size() - size);
    std::memcpy(buffer.data() + size, piece.data(), taken);
    size += taken;
    pieces = pieces.subspan(1);
    if (!pieces.empty()) piece = pieces[0];
  }
  return {buffer.data(), size};
}

class TlsStream final : public ByteStream {
public:
  TlsStream(std::unique_ptr<ByteStream> socket, SSL* ssl) : socket_(std::move(socket)), ssl_(ssl) {}
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;
  ~TlsStream() override { SSL_free(ssl_); }

  IoResult read(protocol::MutableByteView into) override {
    ERR_clear_error();
    reads_when_writable_ = false;
    std::size_t bytes = 0;
    const int outcome = SSL_read_ex(ssl_, into.data(), into.size(), &bytes);
    // There may be more in the record or in the socket: only a read that gives nothing tells.
    if (outcome == 1) return {IoResult::Status::more, bytes};
    return failure(outcome, 0);
  }

  IoResult write(std::span<const std::string_view> pieces) override {
    assert(pieces.size() <= pieces_max);
    if (SSL_is_init_finished(ssl_) == 0) return {IoResult::Status::blocked, 0};
    ERR_clear_error();
    std::array<char, record_bytes_max> buffer;
    std::size_t total = 0;
    std::size_t offset = 0;  // into the first piece that is left
    while (!pieces.empty()) {
      const auto record = next_record(pieces, offset, buffer);
      std::size_t bytes = 0;
      if (!record.empty()) {
        const int outcome = SSL_write_ex(ssl_, record.data(), record.size(), &bytes);
        if (outcome != 1) return failure(outcome, total);
      }
      total += bytes;
      offset += bytes;
      while (!pieces.empty() && offset >= pieces[0].size()) {
        offset -= pieces[0].size();
        pieces = pieces.subspan(1);
      }
    }
    return {IoResult::Status::more, total};
  }

  void shut_down() override {
    if (SSL_is_init_finished(ssl_) != 0 && reason_ == nullptr) {
      ERR_clear_error();
      SSL_shutdown(ssl_);
    }
    socket_->shut_down();
  }
  void reset() override { socket_->reset(); }
  [[nodiscard]] int descriptor() const override { return socket_->descriptor(); }
  [[nodiscard]] bool reads_when_writable() const override { return reads_when_writable_; }
  [[nodiscard]] const char* tls_fault() const override { return reason_; }
  [[nodiscard]] std::optional<PeerCertificate> peer_certificate() const override;

private:
  IoResult failure(int outcome, std::size_t bytes) {
    switch (SSL_get_error(ssl_, outcome)) {
      case SSL_ERROR_WANT_READ:
        return {IoResult::Status::blocked, bytes};
      case SSL_ERROR_WANT_WRITE:
        reads_when_writable_ = SSL_is_init_finished(ssl_) == 0;
        return {IoResult::Status::blocked, bytes};
      case SSL_ERROR_ZERO_RETURN:
        return {IoResult::Status::ended, bytes};
      case SSL_ERROR_SSL:
        reason_ = ERR_reason_error_string(ERR_peek_last_error());
        if (reason_ == nullptr) reason_ = "not TLS";
        [[fallthrough]];
      default:
        return {IoResult::Status::broken, bytes};
    }
  }

  std::unique_ptr<ByteStream> socket_;
  SSL* ssl_;
  const char* reason_ = nullptr;  ///< OpenSSL's own text, which lives for ever
  bool reads_when_writable_ = false;
};

std::optional<PeerCertificate> TlsStream::peer_certificate() const {
  const auto* certificate = SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr || SSL_get_verify_result(ssl_) != X509_V_OK) return std::nullopt;
  const auto* name = X509_get_subject_name(certificate);
  const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  std::tm end{};
  if (index < 0 || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return std::nullopt;
  const auto* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index));
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, text);
  if (size < 0) return std::nullopt;
  PeerCertificate peer{std::string(protocol::as_text({utf8, static_cast<std::size_t>(size)})),
                       ::timegm(&end)};
  OPENSSL_free(utf8);
  if (peer.subject.empty()) return std::nullopt;
  return peer;
}

}  // namespace

std::unique_ptr<ByteStream> make_tls_stream(int descriptor, const TlsContext& context) {
  return make_tls_stream(make_tcp_stream(descriptor), context);
}

std::unique_ptr<ByteStream> make_tls_stream(std::unique_ptr<ByteStream> socket,
                                            const TlsContext& context) {
  auto* ssl = SSL_new(context.native());
  if (ssl == nullptr || SSL_set_fd(ssl, socket->descriptor()) != 1) {
    SSL_free(ssl);
    return nullptr;
  }
  SSL_set_accept_state(ssl);
  return std::make_unique<TlsStream>(std::move(socket), ssl);
}

}  // namespace weir::gateway::net
