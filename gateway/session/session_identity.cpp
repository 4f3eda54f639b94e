// Who stands behind a session: connect, token, and when the identity ends.
#include "gateway/session/session_identity.hpp"

#include "gateway/session/hub.hpp"
#include "gateway/session/session.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace weir::gateway::session {

using protocol::CloseReason;
using protocol::Error;
using protocol::ErrorCode;

namespace {

constexpr std::int64_t look_ahead_ms = std::int64_t{365} * 24 * 3600 * 1000;

}  // namespace

CloseReason close_reason_of_token(ErrorCode code) {
  if (code == ErrorCode::token_expired) return CloseReason::token_expired;
  if (code == ErrorCode::overloaded) return CloseReason::too_many_sessions;
  return code == ErrorCode::forbidden ? CloseReason::forbidden : CloseReason::bad_token;
}

void Session::handle(const protocol::ConnectCommand& command) {
  if (has_spoken_) {
    return reply(command.id, Error{ErrorCode::bad_request, "connect must be the first request"});
  }
  if (!command.token.empty() && !take_token(command.token, command.id)) return;
  const auto now = hub_.now().steady;
  if (command.heartbeat_ms) heartbeat_.set_interval(milliseconds(*command.heartbeat_ms), now);
  deliverer_.limits().apply(command.wishes, now);
  reply(command.id,
        protocol::ConnectedReply{
            std::to_string(id_),
            std::chrono::duration_cast<std::chrono::milliseconds>(heartbeat_.interval()).count(),
            effective_limits(),
            hub_.options().server});
}

void Session::handle(const protocol::TokenCommand& command) {
  if (!take_token(command.token, command.id)) return;
  if (!subscriptions_.is_allowed()) {
    // Some of it may be on its way already, so nothing but an end is clear to both sides.
    reply(command.id, Error{ErrorCode::forbidden, "the token does not allow what is subscribed"});
    return close(CloseReason::forbidden, std::nullopt);
  }
  reply(command.id, protocol::DoneReply{});
}

bool Session::admit(const protocol::Command& command) {
  if (bearer_.is_admitted()) return true;
  const auto* connect = std::get_if<protocol::ConnectCommand>(&command);
  if (connect != nullptr && !connect->token.empty()) return true;
  if (connect != nullptr) {
    reply(connect->id, Error{ErrorCode::bad_token, "a token is needed here"});
  }
  close(CloseReason::bad_token, std::nullopt);
  return false;
}

void Session::begin_as(const protocol::Result<void>& shown) {
  if (!shown) refusal_ = note_refused(shown.error().code);
  port_.request_flush();
}

bool Session::take_token(const std::string& token, protocol::RequestId id) {
  const auto shown = bearer_.show(token, hub_.now().unix_ms);
  if (!shown) {
    reply(id, shown.error());
    end_refused(note_refused(shown.error().code));
    return false;
  }
  deliverer_.limits().configure(configured_ceilings(), hub_.now().steady);
  return true;
}

CloseReason Session::note_refused(ErrorCode code) {
  const auto reason = close_reason_of_token(code);
  if (reason == CloseReason::too_many_sessions) ++hub_.counters().identity_full_total;
  return reason;
}

void Session::end_refused(CloseReason reason) {
  const bool comes_back = protocol::info(reason).retry == protocol::Retry::yes;
  close(reason, comes_back ? std::optional(retry_ms) : std::nullopt);
}

Ceilings Session::configured_ceilings() const {
  return stricter(listener_,
                  {.bytes_per_s = bearer_.rights().bytes_per_s_max(),
                   .messages_per_s = bearer_.rights().messages_per_s_max()});
}

std::optional<TimePoint> Session::identity_ends_at() const {
  if (!bearer_.has_token()) return std::nullopt;
  const auto& now = hub_.now();
  // Certificates may end later than a time point of ours can say.
  const auto lasts_ms = std::min(bearer_.expires_unix_ms() - now.unix_ms, look_ahead_ms);
  return now.steady + milliseconds(lasts_ms);
}

}  // namespace weir::gateway::session
