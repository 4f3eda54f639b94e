#include "gateway/app/session_list.hpp"

#include "gateway/http/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <optional>
#include <utility>

namespace weir::gateway::app {
namespace {

using Fault = protocol::Unexpected<std::string>;

constexpr std::array<std::pair<std::string_view, SessionOrder>, 7> order_names{{
    {"session", SessionOrder::session},
    {"behind", SessionOrder::behind},
    {"bytes", SessionOrder::bytes},
    {"conflated", SessionOrder::conflated},
    {"lost", SessionOrder::lost},
    {"throttled", SessionOrder::throttled},
    {"round_trip", SessionOrder::round_trip},
}};

std::optional<std::string> unknown_parameter(std::string_view query) {
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    const auto name = part.substr(0, part.find('='));
    if (!part.empty() && name != "sort" && name != "limit") return std::string(name);
  }
  return std::nullopt;
}

bool has_parameter(std::string_view query, std::string_view name) {
  const auto with_end = "&" + std::string(query) + "&";
  return with_end.find("&" + std::string(name) + "=") != std::string::npos ||
         with_end.find("&" + std::string(name) + "&") != std::string::npos;
}

/// Less: `a` comes first.
std::strong_ordering compare(const session::SessionStatus& a,
                             const session::SessionStatus& b,
                             SessionOrder order) {
  switch (order) {
    case SessionOrder::session:
      return a.id <=> b.id;
    case SessionOrder::behind:
      if (a.backlog.age != b.backlog.age) return b.backlog.age <=> a.backlog.age;
      return b.backlog.cells <=> a.backlog.cells;
    case SessionOrder::bytes:
      return b.tally.delivery_bytes <=> a.tally.delivery_bytes;
    case SessionOrder::conflated:
      return b.tally.conflated <=> a.tally.conflated;
    case SessionOrder::lost:
      return b.tally.lost <=> a.tally.lost;
    case SessionOrder::throttled:
      return std::strong_order(b.tally.throttled_s, a.tally.throttled_s);
    case SessionOrder::round_trip:
      return b.round_trip <=> a.round_trip;
  }
  return std::strong_ordering::equal;
}

}  // namespace

protocol::Result<SessionQuery, std::string> read_session_query(std::string_view query) {
  SessionQuery wanted;
  if (const auto name = unknown_parameter(query)) {
    return Fault("there is no parameter \"" + *name + "\"; expected sort and limit");
  }
  if (has_parameter(query, "sort")) {
    const auto value = http::query_parameter(query, "sort").value_or("");
    const auto* const row =
        std::ranges::find(order_names, value, &std::pair<std::string_view, SessionOrder>::first);
    if (row == order_names.end()) {
      std::string names;
      for (const auto& [name, order] : order_names) {
        names += (names.empty() ? "" : ", ") + std::string(name);
      }
      return Fault("sort: \"" + value + "\" is no order; expected one of " + names);
    }
    wanted.order = row->second;
  }
  if (has_parameter(query, "limit")) {
    const auto value = http::query_parameter(query, "limit").value_or("");
    const auto* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, wanted.items_max);
    if (error != std::errc() || stop != end || wanted.items_max == 0 ||
        wanted.items_max > SessionQuery::listed_max) {
      return Fault("limit: \"" + value + "\"; expected an integer from 1 to " +
                   std::to_string(SessionQuery::listed_max));
    }
  }
  return wanted;
}

void keep_first(std::vector<SessionInfo>& sessions, const SessionQuery& query) {
  std::ranges::sort(sessions, [&](const SessionInfo& a, const SessionInfo& b) {
    const auto order = compare(a.status, b.status, query.order);
    return order == 0 ? a.status.id < b.status.id : order < 0;
  });
  if (sessions.size() > query.items_max) sessions.resize(query.items_max);
}

}  // namespace weir::gateway::app
