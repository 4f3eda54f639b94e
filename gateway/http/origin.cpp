#include "gateway/http/origin.hpp"

#include "gateway/http/message.hpp"

#include <algorithm>

namespace weir::gateway::http {
namespace {

/// "host[:port]" of "http[s]://host[:port]"; empty when it is anything else.
std::string_view authority(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.size() > scheme.size() &&
        equals_ignoring_case(origin.substr(0, scheme.size()), scheme)) {
      return origin.substr(scheme.size());
    }
  }
  return {};
}

}  // namespace

bool is_origin_allowed(std::string_view origin,
                       std::string_view host,
                       std::span<const std::string> allowed) {
  if (allowed.empty()) return !host.empty() && equals_ignoring_case(authority(origin), host);
  return std::ranges::any_of(allowed, [&](const std::string& each) {
    return each == "*" || equals_ignoring_case(each, origin);
  });
}

}  // namespace weir::gateway::http
