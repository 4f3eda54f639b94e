#include "protocol/core/topic.hpp"

#include "protocol/core/limits.hpp"
#include "protocol/core/utf8.hpp"

#include <algorithm>
#include <string>

namespace weir::protocol {
namespace {

bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7F;
}

/// Neither wildcard matches such a level.
bool is_gateways_own(std::string_view level) {
  return level.starts_with('$');
}

bool has_gateways_own(std::string_view levels) {
  while (levels.data() != nullptr) {
    if (is_gateways_own(next_level(levels))) return true;
  }
  return false;
}

std::string check_common(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > topic_bytes_max) return "is longer than 255 bytes";
  if (!is_utf8(name)) return "is not UTF-8";
  if (std::ranges::any_of(name, [](char c) { return is_control(static_cast<unsigned char>(c)); })) {
    return "has a control character";
  }
  std::size_t levels = 0;
  for (auto rest = name; rest.data() != nullptr;) {
    if (next_level(rest).empty()) return "has an empty level";
    if (++levels > topic_levels_max) return "has more than 16 levels";
  }
  return {};
}

}  // namespace

std::string_view next_level(std::string_view& rest) {
  const auto slash = rest.find('/');
  const auto level = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  return level;
}

Result<void> check_topic(std::string_view topic) {
  if (auto fault = check_common(topic); !fault.empty())
    return fail(ErrorCode::bad_topic, "topic " + fault);
  if (is_pattern(topic))
    return fail(ErrorCode::bad_topic, "topic has a '+' or '#', which only a filter may have");
  return {};
}

Result<void> check_filter(std::string_view filter) {
  if (auto fault = check_common(filter); !fault.empty())
    return fail(ErrorCode::bad_filter, "filter " + fault);
  for (auto rest = filter; rest.data() != nullptr;) {
    const auto level = next_level(rest);
    if (level.size() > 1 && is_pattern(level)) {
      return fail(ErrorCode::bad_filter, "filter has a '+' or '#' that is not a whole level");
    }
    if (level == "#" && rest.data() != nullptr) {
      return fail(ErrorCode::bad_filter, "filter has a '#' that is not the last level");
    }
  }
  return {};
}

bool is_pattern(std::string_view filter) {
  return filter.find_first_of("+#") != std::string_view::npos;
}

bool matches(std::string_view filter, std::string_view topic) {
  while (filter.data() != nullptr) {
    const auto want = next_level(filter);
    if (want == "#") {
      return !has_gateways_own(topic);
    }
    if (topic.data() == nullptr) return false;
    const auto level = next_level(topic);
    if (want == "+" ? is_gateways_own(level) : want != level) return false;
  }
  return topic.data() == nullptr;
}

bool overlap(std::string_view filter, std::string_view other) {
  while (filter.data() != nullptr && other.data() != nullptr) {
    const auto a = next_level(filter);
    const auto b = next_level(other);
    if (a == "#") return !is_gateways_own(b) && !has_gateways_own(other);
    if (b == "#") return !is_gateways_own(a) && !has_gateways_own(filter);
    if (a == "+" ? is_gateways_own(b) : b == "+" ? is_gateways_own(a) : a != b) return false;
  }
  // "a/#" matches "a" too
  return (filter.data() == nullptr || filter == "#") && (other.data() == nullptr || other == "#");
}

bool covers(std::string_view wider, std::string_view filter) {
  if (wider == "+/#") wider = "#";  // the same topics: there is none without a level
  while (wider.data() != nullptr) {
    const auto want = next_level(wider);
    if (want == "#") return !has_gateways_own(filter);
    if (filter.data() == nullptr) return false;
    const auto level = next_level(filter);
    if (level == "#") return false;
    if (want == "+" ? is_gateways_own(level) : want != level) return false;
  }
  return filter.data() == nullptr;
}

}  // namespace weir::protocol
