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
      // No level that starts with '$' may hide behind the wildcard.
      while (topic.data() != nullptr) {
        if (next_level(topic).starts_with('$')) return false;
      }
      return true;
    }
    if (topic.data() == nullptr) return false;
    const auto level = next_level(topic);
    if (want == "+" ? level.starts_with('$') : want != level) return false;
  }
  return topic.data() == nullptr;
}

}  // namespace weir::protocol
