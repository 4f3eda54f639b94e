#include "gateway/net/http_connection.hpp"

#include "gateway/http/error_response.hpp"
#include "gateway/http/forwarded_for.hpp"
#include "gateway/net/echo_endpoint.hpp"
#include "gateway/net/endpoint_connection.hpp"
#include "gateway/net/proxy_header.hpp"
#include "gateway/net/tls_stream.hpp"

#include <array>
#include <span>
#include <utility>
#include <variant>

namespace weir::gateway::net {
namespace {

using namespace std::chrono_literals;

constexpr int rounds_max = 4;            ///< reads in one turn
constexpr Duration idle_time = 30s;      ///< between two requests
constexpr Duration answer_time = 30s;    ///< for an exchange to have its answer
constexpr Duration response_time = 30s;  ///< for a client to take its response
constexpr Duration linger_time = 1s;     ///< for a client to end the connection after us
constexpr Duration refusal_time = 1s;    ///< for the request of a client that is refused anyway
constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

HttpConnection::HttpConnection(Services& services, Accepted accepted)
    : services_(services), accepted_(std::move(accepted)), reader_(services.request_limits) {
}

void HttpConnection::start() {
  ++services_.counters.open_http;
  if (!is_client()) ++services_.open_admin;
  if (accepted_.verdict != Verdict::admitted) enter_refused();
  has_place_ = is_client() && accepted_.verdict == Verdict::admitted;
  awaits_proxy_header_ = is_client() && accepted_.listener->takes_proxy_header;
  set_deadline(accepted_.verdict == Verdict::admitted ? services_.handshake : refusal_time);
}

void HttpConnection::enter_refused() {
  is_refused_ = true;
  ++services_.open_refused;
}

bool HttpConnection::is_client() const {
  return accepted_.listener->role == http::ListenerRole::client;
}

void HttpConnection::set_deadline(Duration from_now) {
  deadline_ = services_.reactor.now().steady + from_now;
  services_.reactor.set_deadline(*this, deadline_);
}

void HttpConnection::on_ready(Readiness readiness) {
  if (!accepted_.stream) return;
  has_ended_ |= readiness.has_ended;
  if (readiness.can_read || (readiness.can_write && accepted_.stream->reads_when_writable())) {
    can_read_ = true;
    read();
  }
  if (accepted_.stream && readiness.can_write && phase_ == Phase::writing) send();
}

void HttpConnection::on_input() {
  if (!accepted_.stream) return;
  if (phase_ == Phase::reading && reader_.has_begun()) take({});
  read();
}

void HttpConnection::on_answered() {
  services_.reactor.queue_flush(*this);
}

void HttpConnection::flush() {
  if (phase_ != Phase::waiting || !accepted_.stream) return;
  const auto response = std::exchange(exchange_, nullptr)->take_response();
  respond(response, awaited_);
}

void HttpConnection::on_deadline() {
  if (!accepted_.stream) return;
  if (services_.reactor.now().steady < deadline_) {
    return services_.reactor.set_deadline(*this, deadline_);
  }
  if (phase_ != Phase::reading || accepted_.verdict != Verdict::admitted) return close();
  if (!reader_.has_begun()) {
    if (is_first_) services_.counters.count(Refusal::handshake_ms);
    return close();
  }
  on_bad_request({408, Refusal::handshake_ms, "The request took too long."});
}

void HttpConnection::end(protocol::CloseReason /*reason*/) {
  if (!is_client()) return;
  keeps_alive_ = awaited_.keeps_alive = false;
  if (phase_ == Phase::reading) close();
}

void HttpConnection::abort() {
  if (!is_client() || !accepted_.stream) return;
  accepted_.stream->reset();
  close();
}

void HttpConnection::on_closed() {
  --services_.counters.open_http;
  if (!is_client()) --services_.open_admin;
  if (is_refused_) --services_.open_refused;
  if (has_place_) services_.admission.release(accepted_.peer);
}

void HttpConnection::read() {
  if (awaits_proxy_header_ && !take_proxy_header()) return;
  const auto buffer = services_.reactor.read_buffer();
  for (int round = 0; round < rounds_max && can_read_; ++round) {
    if (!accepted_.stream || phase_ == Phase::writing || phase_ == Phase::waiting) return;
    const auto [status, bytes] = accepted_.stream->read(buffer);
    if (status == IoResult::Status::broken) {
      note_tls_fault();
      return close();
    }
    // Whoever has ended its side may still wait for a response that is under way, but has no more
    // requests.
    if (status == IoResult::Status::ended) return close();
    can_read_ = bytes > 0;
    if (bytes > 0 && phase_ == Phase::reading) take(protocol::as_text(buffer.first(bytes)));
  }
  if (accepted_.stream && can_read_) services_.reactor.queue_input(*this);
}

bool HttpConnection::take_proxy_header() {
  if (!can_read_ || !accepted_.stream) return false;
  std::array<std::uint8_t, proxy_header_bytes_max> buffer;
  const auto waiting = protocol::MutableByteView(buffer);
  const auto [status, bytes] = peek(accepted_.stream->descriptor(), waiting);
  can_read_ = status == IoResult::Status::more;
  if (status == IoResult::Status::blocked) return false;
  if (status != IoResult::Status::more) {
    close();  // without a word, as those do that look whether the port is open
    return false;
  }
  const auto header = read_proxy_header(protocol::as_text(waiting.first(bytes)));
  if (!header) refuse_proxy_header(header.error());
  if (header && !*header && has_ended_) refuse_proxy_header("cut short");
  if (!header || !*header) {
    can_read_ = false;
    return false;
  }
  // Nothing else reads from the socket: what was looked at is still there.
  static_cast<void>(accepted_.stream->read(waiting.first((*header)->bytes)));
  on_proxy_header((*header)->client);
  return accepted_.stream != nullptr;
}

void HttpConnection::refuse_proxy_header(std::string_view why) {
  services_.counters.count(Refusal::proxy_header);
  services_.log.info("net", "bad_proxy_header", {{"peer", accepted_.address}, {"reason", why}});
  accepted_.stream->reset();
  close();
}

void HttpConnection::on_proxy_header(const std::string& client) {
  awaits_proxy_header_ = false;
  if (!client.empty()) {
    accepted_.address = client;
    const bool is_proxy = contains(accepted_.listener->trusted_proxies, client);
    if (!is_proxy && !count_for(peer_key(client))) {
      if (services_.open_refused >= refusals_max) {
        accepted_.stream->reset();
        return close();
      }
      accepted_.verdict = Verdict::too_many_per_peer;
      enter_refused();
      set_deadline(refusal_time);
    }
  }
  const auto& tls = accepted_.listener->tls;
  if (!tls) return;
  accepted_.stream = make_tls_stream(std::move(accepted_.stream), *tls);
  if (!accepted_.stream) close();
}

std::optional<std::string> HttpConnection::find_client(const http::Request& request) {
  const auto& trusted = accepted_.listener->trusted_proxies;
  if (!is_client() || !contains(trusted, accepted_.address)) return accepted_.address;
  auto client = http::find_client(request.joined("X-Forwarded-For"), accepted_.address, trusted);
  const bool is_known = client != accepted_.address;
  if (!count_for(is_known ? peer_key(client) : PeerKey::behind_proxy())) return std::nullopt;
  return client;
}

bool HttpConnection::count_for(PeerKey client) {
  if (!has_place_) return true;
  if (services_.admission.move(accepted_.peer, client) != Verdict::admitted) {
    services_.counters.count(Refusal::connections_per_ip);
    return false;
  }
  accepted_.peer = client;
  return true;
}

void HttpConnection::note_tls_fault() const {
  const auto* fault = accepted_.stream->tls_fault();
  if (fault == nullptr) return;
  services_.counters.count(Refusal::tls);
  services_.log.debug("net", "tls_failed", {{"peer", accepted_.address}, {"reason", fault}});
}

void HttpConnection::take(std::string_view bytes) {
  const bool begins = !reader_.has_begun();
  auto result = reader_.feed(bytes);
  if (!result) return on_bad_request(result.error());
  if (*result) return on_request(std::move(**result));
  if (begins && !is_first_) set_deadline(services_.handshake);
  if (!reader_.take_continue()) return;
  // Interim and small: if the socket does not take it, the client goes on without.
  [[maybe_unused]] const auto sent = accepted_.stream->write(std::span(&continue_response, 1));
}

void HttpConnection::on_request(ReadRequest read) {
  auto& request = read.request;
  if (accepted_.verdict != Verdict::admitted) return turn_away(request, accepted_.verdict);
  auto client = find_client(request);
  if (!client) return turn_away(request, Verdict::too_many_per_peer);
  request.peer_address = std::move(*client);
  request.role = accepted_.listener->role;
  request.listener = accepted_.listener->index;
  request.certificate = accepted_.stream->peer_certificate();
  if (is_client()) {
    const auto answer = answer_to(request);
    if (const auto* accepted = std::get_if<Upgrade>(&answer)) {
      if (upgrade(*accepted, request, Verdict::admitted)) return;
      return refuse(
          {Refusal::endpoint, http::text_response(503, "The gateway takes no more clients.")});
    }
    if (const auto* refused = std::get_if<Refused>(&answer)) return refuse(*refused);
  }
  const bool is_head = request.method == "HEAD";
  if (is_head) request.method = "GET";
  const http::ResponseOptions options{.keeps_alive = read.keeps_alive, .is_head = is_head};
  auto answer = services_.port.respond(request, *this);
  if (const auto* response = std::get_if<http::Response>(&answer)) {
    return respond(*response, options);
  }
  await(std::move(std::get<std::unique_ptr<Exchange>>(answer)), options);
}

void HttpConnection::await(std::unique_ptr<Exchange> exchange,
                           const http::ResponseOptions& options) {
  exchange_ = std::move(exchange);
  awaited_ = options;
  phase_ = Phase::waiting;
  set_deadline(answer_time);
}

HandshakeAnswer HttpConnection::answer_to(const http::Request& request) const {
  return answer_handshake(request,
                          services_.routes,
                          {.origins = accepted_.listener->origins,
                           .allows_deflate = accepted_.listener->allows_deflate});
}

void HttpConnection::on_bad_request(const BadRequest& bad) {
  if (accepted_.verdict != Verdict::admitted) return refuse_connection(accepted_.verdict);
  if (!is_client()) {
    return refuse({bad.refusal, http::text_response(bad.status, bad.text)});
  }
  const bool is_too_big = bad.refusal == Refusal::body_bytes;
  const auto code = is_too_big ? protocol::ErrorCode::too_big : protocol::ErrorCode::bad_request;
  refuse({bad.refusal, http::error_response(bad.status, {code, std::string(bad.text)})});
}

void HttpConnection::refuse(const Refused& refused) {
  services_.counters.count(refused.refusal);
  respond(refused.response, {.keeps_alive = false});
}

void HttpConnection::refuse_connection(Verdict verdict) {
  const bool is_full = verdict == Verdict::too_many;
  auto response = is_full
                      ? http::text_response(503, "The gateway has no room for another connection.")
                      : http::text_response(429, "Too many connections from this address.");
  response.headers.push_back({"Retry-After", "5"});
  respond(response, {.keeps_alive = false});
}

void HttpConnection::turn_away(const http::Request& request, Verdict verdict) {
  if (is_client()) {
    const auto answer = answer_to(request);
    const auto* accepted = std::get_if<Upgrade>(&answer);
    const bool is_web_socket =
        accepted != nullptr && accepted->route->settings.carrier == Carrier::websocket;
    if (is_web_socket && !accepted->route->is_echo && upgrade(*accepted, request, verdict)) return;
  }
  refuse_connection(verdict);
}

void HttpConnection::respond(const http::Response& response, const http::ResponseOptions& options) {
  services_.counters.count_response(response.status);
  out_ = http::to_wire(response,
                       {.keeps_alive = options.keeps_alive,
                        .is_head = options.is_head,
                        .unix_ms = services_.reactor.now().unix_ms});
  sent_bytes_ = 0;
  keeps_alive_ = options.keeps_alive;
  phase_ = Phase::writing;
  set_deadline(response_time);
  send();
}

bool HttpConnection::upgrade(const Upgrade& upgrade,
                             const http::Request& request,
                             Verdict verdict) {
  const auto now = services_.reactor.now();
  const bool is_stream = upgrade.route->settings.carrier == Carrier::event_stream;
  auto connection = std::make_unique<EndpointConnection>(services_, upgrade);
  auto& machine = connection->machine();
  std::unique_ptr<session::Endpoint> endpoint;
  if (upgrade.route->is_echo) {
    endpoint = std::make_unique<EchoEndpoint>(machine, upgrade.deflate);
  } else {
    const auto offered = request.joined("Sec-WebSocket-Protocol");
    const UpgradeTarget target{
        .path = request.path(),
        .query = request.query(),
        .subprotocol = upgrade.subprotocol,
        .origin = request.header("Origin").value_or(""),
        .peer_address = request.peer_address,
        .offered = offered,
        .cookies = request.header("Cookie").value_or(""),
        .is_compressed = upgrade.deflate.has_value(),
        .listener = accepted_.listener->index,
        .event_request = is_stream ? &request : nullptr,
        .certificate = request.certificate ? &*request.certificate : nullptr};
    endpoint = verdict == Verdict::admitted ? services_.port.make_endpoint(target, machine, now)
                                            : services_.port.make_refusal(target, machine);
  }
  if (!endpoint) return false;
  machine.open(std::move(endpoint));

  if (!is_stream && !confirm(upgrade.response)) {
    machine.finish(now);
    close();
    return true;
  }
  auto& successor = *connection;
  services_.reactor.take_over(std::move(connection), accepted_.stream->descriptor());
  const auto place = has_place_ ? std::optional(accepted_.peer) : std::nullopt;
  has_place_ = is_refused_ = false;  // the successor has it now
  successor.start(std::move(accepted_.stream), place, reader_.take_rest());
  services_.reactor.close(*this);
  return true;
}

bool HttpConnection::confirm(const http::Response& response) {
  const auto wire = http::to_wire(response, {});
  const std::string_view piece = wire;
  if (accepted_.stream->write(std::span(&piece, 1)).bytes != wire.size()) return false;
  services_.counters.count_response(response.status);
  ++services_.counters.handshakes;
  return true;
}

void HttpConnection::send() {
  while (sent_bytes_ < out_.size()) {
    const auto piece = std::string_view(out_).substr(sent_bytes_);
    const auto [status, bytes] = accepted_.stream->write(std::span(&piece, 1));
    if (status == IoResult::Status::broken) return close();
    sent_bytes_ += bytes;
    if (status == IoResult::Status::blocked) return;
  }
  on_sent();
}

void HttpConnection::on_sent() {
  std::string().swap(out_);
  is_first_ = false;
  if (!keeps_alive_) {
    phase_ = Phase::lingering;
    accepted_.stream->shut_down();
    set_deadline(linger_time);
  } else {
    phase_ = Phase::reading;
    set_deadline(reader_.has_begun() ? services_.handshake : idle_time);
  }
  if (can_read_ || reader_.has_begun()) services_.reactor.queue_input(*this);
}

void HttpConnection::close() {
  exchange_.reset();
  accepted_.stream.reset();
  services_.reactor.close(*this);
}

}  // namespace weir::gateway::net
