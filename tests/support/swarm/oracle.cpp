#include "tests/support/swarm/oracle.hpp"

#include <charconv>

namespace weir::tests::swarm {
namespace {

/// More than any test publishes; each number costs a bit.
constexpr std::uint64_t numbers_max = std::uint64_t{1} << 20U;

/// That of `{"n":17}`, blanks allowed; 0: it is none.
std::uint64_t number_in(std::string_view json) {
  constexpr std::string_view head = R"({"n":)";
  if (!json.starts_with(head)) return 0;
  json.remove_prefix(head.size());
  while (json.starts_with(' ')) json.remove_prefix(1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), number);
  const bool is_number = error == std::errc{} && number <= numbers_max;
  return is_number && end + 1 == json.data() + json.size() && *end == '}' ? number : 0;
}

}  // namespace

Findings& Findings::operator+=(const Findings& other) {
  entries += other.entries;
  lost += other.lost;
  duplicated += other.duplicated;
  reordered += other.reordered;
  unreported += other.unreported;
  phantom += other.phantom;
  gaps += other.gaps;
  in_gaps += other.in_gaps;
  return *this;
}

void Oracle::on_entry(std::string_view json) {
  ++findings_.entries;
  const auto number = number_in(json);
  if (number == 0) {
    ++findings_.phantom;
    return;
  }
  if (seen_.size() <= number) seen_.resize(number + 1);
  if (seen_[number]) {
    ++findings_.duplicated;
    return;
  }
  seen_[number] = true;
  if (number > last_) return on_later(number);
  ++findings_.reordered;
  if (findings_.lost > 0) --findings_.lost;  // it was thought to be
}

void Oracle::on_later(std::uint64_t number) {
  const auto missing = number - last_ - 1;
  const auto told = skipped_.value_or(missing);
  if (missing > told) {
    findings_.lost += missing - told;
    ++findings_.unreported;
  } else {
    findings_.phantom += told - missing;
  }
  last_ = number;
  skipped_ = 0;
}

void Oracle::on_gap(std::optional<std::uint64_t> lost) {
  ++findings_.gaps;
  findings_.in_gaps += lost.value_or(0);
  if (!lost || !skipped_) {
    skipped_.reset();
  } else {
    *skipped_ += *lost;
  }
}

}  // namespace weir::tests::swarm
