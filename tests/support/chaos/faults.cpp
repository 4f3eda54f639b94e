#include "tests/support/chaos/faults.hpp"

#include <charconv>

namespace weir::tests::chaos {

bool Network::apply(std::string_view command) {
  const auto space = command.find(' ');
  if (space == std::string_view::npos) return apply_word(command);
  const auto name = command.substr(0, space);
  const auto digits = command.substr(space + 1);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return apply_word(command);
  for (auto* faults : {&up, &down}) {
    if (name == "split") {
      faults->split_bytes = number;
    } else if (name == "delay") {
      faults->delay = std::chrono::milliseconds(number);
    } else if (name == "jitter") {
      faults->jitter = std::chrono::milliseconds(number);
    } else if (name == "rate") {
      faults->bytes_per_s = number;
    } else {
      return false;
    }
  }
  return true;
}

bool Network::apply_word(std::string_view command) {
  if (command == "freeze" || command == "thaw") {
    is_frozen = up.is_held = down.is_held = command == "freeze";
  } else if (command == "blackhole up") {
    up.is_held = true;
  } else if (command == "blackhole down") {
    down.is_held = true;
  } else if (command == "blackhole off") {
    up.is_held = down.is_held = false;
  } else if (command == "refuse on" || command == "refuse off") {
    refuses = command == "refuse on";
  } else {
    return false;
  }
  return true;
}

}  // namespace weir::tests::chaos
