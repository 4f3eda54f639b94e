#include "gateway/auth/rights.hpp"

#include "protocol/core/topic.hpp"

#include <algorithm>

namespace weir::gateway::auth {
namespace {

constexpr std::string_view everybody = "*";
constexpr std::string_view anonymous = "anonymous";

/// Whether an identity like `groups=traders` is what a claim says. "anonymous" has no '=', so no
/// token can claim it.
bool is_claimed(std::string_view identity, const Claims& claims) {
  const auto equals = identity.find('=');
  if (equals == std::string_view::npos) return false;
  const auto name = identity.substr(0, equals);
  const auto value = identity.substr(equals + 1);
  return std::ranges::any_of(
      claims.facts, [&](const auto& fact) { return fact.first == name && fact.second == value; });
}

void add_filters(const std::vector<std::string>& from, std::vector<std::string>& to) {
  for (const auto& filter : from) {
    if (std::ranges::find(to, filter) == to.end()) to.push_back(filter);
  }
}

/// An entry without a ceiling takes no other entry's away.
template <class Number>
Number lower_ceiling(Number a, Number b) {
  return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

bool has_gateways_own_level(std::string_view topic) {
  while (topic.data() != nullptr) {
    if (protocol::next_level(topic).starts_with('$')) return true;
  }
  return false;
}

}  // namespace

Rights Rights::of_anonymous(std::span<const RightsEntry> entries) {
  Rights rights;
  for (const auto& entry : entries) {
    if (entry.identity == everybody || entry.identity == anonymous) rights.add(entry);
  }
  return rights;
}

Rights Rights::of_bearer(std::span<const RightsEntry> entries, const Claims& claims) {
  Rights rights;
  for (const auto& entry : entries) {
    if (entry.identity == everybody || is_claimed(entry.identity, claims)) rights.add(entry);
  }
  if (claims.own_rights) rights.add(*claims.own_rights);
  return rights;
}

void Rights::add(const RightsEntry& entry) {
  add_filters(entry.subscribe, subscribe_);
  add_filters(entry.publish, publish_);
  bytes_per_s_max_ = lower_ceiling(bytes_per_s_max_, entry.max_bytes_per_s);
  messages_per_s_max_ = lower_ceiling(messages_per_s_max_, entry.max_messages_per_s);
}

bool Rights::may_subscribe(std::string_view filter) const {
  return std::ranges::any_of(
      subscribe_, [filter](const auto& allowed) { return protocol::overlap(allowed, filter); });
}

bool Rights::may_read(std::string_view topic) const {
  return std::ranges::any_of(
      subscribe_, [topic](const auto& allowed) { return protocol::matches(allowed, topic); });
}

bool Rights::may_publish(std::string_view topic) const {
  if (has_gateways_own_level(topic)) return false;
  return std::ranges::any_of(
      publish_, [topic](const auto& allowed) { return protocol::matches(allowed, topic); });
}

}  // namespace weir::gateway::auth
