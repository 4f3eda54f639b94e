#include "protocol/core/error.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace weir::protocol {
namespace {

using enum ErrorCode;
constexpr std::array<ErrorInfo, 17> errors{{
    {bad_request, "bad_request", "The request is not well formed.", std::nullopt, Retry::no},
    {bad_topic, "bad_topic", "The topic is not a valid name.", std::nullopt, Retry::no},
    {bad_filter, "bad_filter", "The filter is not a valid pattern.", std::nullopt, Retry::no},
    {wrong_kind, "wrong_kind", "The topic is of another kind.", std::nullopt, Retry::no},
    {too_big, "too_big", "The message is larger than the limit.", 1009, Retry::no},
    {forbidden, "forbidden", "The rights of this session do not allow it.", 4503, Retry::no},
    {bad_token, "bad_token", "The token is missing or not valid.", 4501, Retry::no},
    {token_expired, "token_expired", "The token has expired.", 4007, Retry::yes},
    {rate, "rate", "Too many requests in this time.", 4002, Retry::yes},
    {too_many_subscriptions,
     "too_many_subscriptions",
     "The session has as many subscriptions as it may.",
     std::nullopt,
     Retry::no},
    {too_many_topics,
     "too_many_topics",
     "The subscription matches more topics than a session may follow.",
     4505,
     Retry::no},
    {overloaded, "overloaded", "The gateway has no room for it now.", 1013, Retry::yes},
    {unavailable, "unavailable", "The source of this topic is away.", std::nullopt, Retry::yes},
    {unknown,
     "unknown",
     "The outcome is not known: it may have been accepted.",
     std::nullopt,
     Retry::yes},
    {draining, "draining", "The gateway is about to stop.", 1012, Retry::yes},
    {unsupported, "unsupported", "This gateway does not do that.", std::nullopt, Retry::no},
    {internal, "internal", "The gateway failed.", 1011, Retry::yes},
}};

constexpr std::array<CloseInfo, 20> closes{{
    {CloseReason::normal, 1000, "normal", Retry::no},
    {CloseReason::going_away, 1001, "going_away", Retry::yes},
    {CloseReason::protocol_error, 1002, "protocol_error", Retry::no},
    {CloseReason::unsupported_data, 1003, "unsupported_data", Retry::no},
    {CloseReason::invalid_payload, 1007, "invalid_payload", Retry::no},
    {CloseReason::policy, 1008, "policy", Retry::no},
    {CloseReason::too_big, 1009, "too_big", Retry::no},
    {CloseReason::internal, 1011, "internal", Retry::yes},
    {CloseReason::restart, 1012, "restart", Retry::yes},
    {CloseReason::try_later, 1013, "try_later", Retry::yes},
    {CloseReason::no_heartbeat, 4000, "no_heartbeat", Retry::yes},
    {CloseReason::slow_consumer, 4001, "slow_consumer", Retry::yes},
    {CloseReason::rate, 4002, "rate", Retry::yes},
    {CloseReason::shed, 4003, "shed", Retry::yes},
    {CloseReason::token_expired, 4007, "token_expired", Retry::yes},
    {CloseReason::bad_requests, 4500, "bad_requests", Retry::no},
    {CloseReason::bad_token, 4501, "bad_token", Retry::no},
    {CloseReason::forbidden, 4503, "forbidden", Retry::no},
    {CloseReason::too_many_sessions, 4504, "too_many_sessions", Retry::no},
    {CloseReason::too_many_cells, 4505, "too_many_cells", Retry::no},
}};

}  // namespace

std::span<const ErrorInfo> error_table() {
  return errors;
}

const ErrorInfo& info(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code);
  assert(index < errors.size() && errors[index].code == code);
  return errors[index];
}

const ErrorInfo* find_error(std::string_view name) {
  const auto* row = std::ranges::find(errors, name, &ErrorInfo::name);
  return row == errors.end() ? nullptr : row;
}

std::span<const CloseInfo> close_table() {
  return closes;
}

const CloseInfo& info(CloseReason reason) {
  const auto index = static_cast<std::size_t>(reason);
  assert(index < closes.size() && closes[index].reason == reason);
  return closes[index];
}

}  // namespace weir::protocol
