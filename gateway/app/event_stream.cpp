#include "gateway/app/event_stream.hpp"

#include "gateway/app/api_call.hpp"
#include "gateway/app/event_query.hpp"
#include "gateway/http/error_response.hpp"
#include "protocol/native/json_codec.hpp"

#include <utility>
#include <variant>

namespace weir::gateway::app {

using protocol::CloseReason;
using protocol::Error;
using protocol::ErrorCode;
using session::Framing;
using session::Session;

namespace {

http::Response refusal_response(CloseReason refusal) {
  if (refusal == CloseReason::too_many_sessions) {
    return http::error_response(
        {ErrorCode::overloaded, "This identity has as many sessions as it may."});
  }
  return http::error_response(
      {refusal == CloseReason::token_expired ? ErrorCode::token_expired : ErrorCode::bad_token,
       {}});
}

}  // namespace

EventStream::EventStream(const http::Request& request,
                         session::ConnectionPort& connection,
                         const ClientContext& context,
                         Now now)
    : connection_(connection) {
  const http::CrossOriginPolicy policy{.origins = context.listen.at(request.listener).origins,
                                       .methods = "GET, OPTIONS"};
  if (const auto early = answer_early(request, policy)) {
    refuse(*early);
    return;
  }
  headers_ = http::cross_origin_headers(request, policy);
  open(request, context, now);
}

void EventStream::open(const http::Request& request, const ClientContext& context, Now now) {
  const auto requests =
      read_event_query(request.query(), request.header("Last-Event-ID").value_or(""));
  if (!requests) return refuse(http::error_response(requests.error()));
  const auto& listen = context.listen.at(request.listener);
  const Session::Options options{
      .codec = protocol::native::json_codec(),
      .authenticator = context.authenticator,
      .address = request.peer_address,
      .token = find_token(request, context.cookie),
      .ceilings = {.bytes_per_s = listen.max_bytes_per_s,
                   .messages_per_s = listen.max_messages_per_s,
                   .max_delay_ms = listen.max_delay_ms},
      .places = context.places,
      .certificate = request.certificate ? &*request.certificate : nullptr,
      .framing = requests->is_numbered ? Framing::numbered_events : Framing::events,
      .replies = this};
  session_ = std::make_unique<Session>(context.hub, connection_, options, now);
  if (const auto refusal = session_->refusal()) {
    return refuse(refusal_response(*refusal));
  }
  if (!session_->is_admitted()) {
    return refuse(http::error_response({ErrorCode::bad_token, "a token is needed here"}));
  }
  missing_ = 1 + requests->subscribes.size();
  session_->on_message(protocol::MessageType::text, requests->connect, now);
  for (const auto& subscribe : requests->subscribes) {
    if (!is_refused_) session_->on_message(protocol::MessageType::text, subscribe, now);
  }
}

void EventStream::on_reply(protocol::RequestId /*re*/, const Body& body) {
  if (const auto* error = std::get_if<Error>(&body)) return refuse(http::error_response(*error));
  if (--missing_ == 0) connection_.request_flush();
}

void EventStream::refuse(const http::Response& response) {
  if (std::exchange(is_refused_, true)) return;
  refusal_ = with_headers(response, headers_);
  connection_.request_flush();
}

void EventStream::pull(std::size_t budget_bytes, WriteBatch& out, Now now) {
  if (refusal_) {
    send_head(*refusal_, {.keeps_alive = false, .unix_ms = now.unix_ms}, out);
    refusal_.reset();
    return connection_.request_close(CloseReason::normal);
  }
  if (is_refused_ || missing_ > 0) return;
  if (!std::exchange(has_begun_, true)) {
    http::Response response{.content_type = "text/event-stream"};
    // The second is for nginx, which would otherwise collect events before it passes them on.
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    send_head(with_headers(std::move(response), headers_),
              {.is_endless = true, .unix_ms = now.unix_ms},
              out);
    headers_ = {};
  }
  session_->pull(budget_bytes, out, now);
}

void EventStream::send_head(const http::Response& response,
                            const http::ResponseOptions& options,
                            WriteBatch& out) {
  out.add(SharedBytes(http::to_wire(response, options)));
  connection_.note_response(response.status);
}

std::optional<TimePoint> EventStream::deadline() const {
  return session_ ? session_->deadline() : std::nullopt;
}

void EventStream::on_deadline(Now now) {
  // Nothing ever comes from this client: whether it lives is what its socket takes.
  session_->on_activity(now);
  session_->on_deadline(now);
}

void EventStream::on_closed(CloseReason reason, Now now) {
  if (session_) session_->on_closed(reason, now);
}

}  // namespace weir::gateway::app
