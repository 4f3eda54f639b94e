#pragma once

#include "gateway/core/time.hpp"
#include "gateway/net/admission.hpp"
#include "gateway/net/byte_stream.hpp"
#include "gateway/net/exchange.hpp"
#include "gateway/net/handshake.hpp"
#include "gateway/net/reactor.hpp"
#include "gateway/net/request_reader.hpp"
#include "gateway/net/services.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace weir::gateway::net {

/// A connection that was accepted just now.
struct Accepted {
  std::unique_ptr<ByteStream> stream;
  std::string address;  ///< the peer's, without the port; behind a PROXY header the client's
  PeerKey peer;
  Verdict verdict = Verdict::admitted;  ///< not admitted: gets told so, and nothing else
  const ListenerView* listener = nullptr;
};

/// A connection before its upgrade, or one that never has any: reads requests, one at a time, has
/// them answered, and hands its socket over when a WebSocket or an event stream begins. Owned by
/// the reactor.
class HttpConnection final : public Peer, private ExchangePort {
public:
  HttpConnection(Services& services, Accepted accepted);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection() override = default;

  /// Begins its first deadline; the reactor watches it already.
  void start();

  // Peer
  void on_ready(Readiness readiness) override;
  void on_deadline() override;
  void on_input() override;
  void flush() override;
  void end(protocol::CloseReason reason) override;
  void abort() override;
  void on_closed() override;

private:
  enum class Phase : std::uint8_t {
    reading,
    waiting,  ///< for the answer of an exchange
    writing,
    lingering,
  };

  void on_answered() override;
  void read();
  /// Takes what a proxy says before its client speaks. False: it has not said all of it yet, or the
  /// connection has ended.
  [[nodiscard]] bool take_proxy_header();
  void refuse_proxy_header(std::string_view why);
  void on_proxy_header(const std::string& client);
  /// Whom a request is from, by a trusted proxy's word where it came through one. nullopt: that
  /// client has too many connections.
  [[nodiscard]] std::optional<std::string> find_client(const http::Request& request);
  /// Counts the connection as one of this client. False: it has too many.
  [[nodiscard]] bool count_for(PeerKey client);
  void note_tls_fault() const;
  void take(std::string_view bytes);
  void on_request(ReadRequest read);
  [[nodiscard]] HandshakeAnswer answer_to(const http::Request& request) const;
  void on_bad_request(const BadRequest& bad);
  void refuse(const Refused& refused);
  void refuse_connection(Verdict verdict);
  /// Refuses it in a way that its client can read.
  void turn_away(const http::Request& request, Verdict verdict);
  void await(std::unique_ptr<Exchange> exchange, const http::ResponseOptions& options);
  void respond(const http::Response& response, const http::ResponseOptions& options);
  /// False: nothing stands behind it, and nothing has been sent.
  [[nodiscard]] bool upgrade(const Upgrade& upgrade, const http::Request& request, Verdict verdict);
  /// Sends the response that ends a handshake. False: the socket does not take it.
  [[nodiscard]] bool confirm(const http::Response& response);
  void send();
  void on_sent();
  void close();
  void set_deadline(Duration from_now);
  void enter_refused();
  [[nodiscard]] bool is_client() const;

  Services& services_;
  Accepted accepted_;
  RequestReader reader_;
  std::unique_ptr<Exchange> exchange_;  ///< while its answer is awaited
  http::ResponseOptions awaited_;       ///< how that is to be sent
  std::string out_;
  std::size_t sent_bytes_ = 0;  ///< of out_
  TimePoint deadline_;
  Phase phase_ = Phase::reading;
  bool keeps_alive_ = false;  ///< after the response that is being sent
  bool is_first_ = true;      ///< no request was answered yet
  bool can_read_ = false;
  bool has_ended_ = false;  ///< the peer sends no more than what waits at the socket
  bool awaits_proxy_header_ = false;
  bool has_place_ = false;   ///< among the admitted connections
  bool is_refused_ = false;  ///< among those that are only told so
};

}  // namespace weir::gateway::net
