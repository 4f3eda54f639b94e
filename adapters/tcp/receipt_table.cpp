#include "adapters/tcp/receipt_table.hpp"

#include <utility>

namespace weir::adapters::tcp {

namespace {

constexpr unsigned line_bits = 40;
constexpr std::uint64_t line_mask = (std::uint64_t{1} << line_bits) - 1;
constexpr std::uint64_t connection_mask = (std::uint64_t{1} << 23U) - 1;
constexpr std::uint64_t line_flag = std::uint64_t{1} << 63U;

}  // namespace

std::uint64_t ReceiptTable::add(std::uint32_t connection, std::uint64_t id) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t at = free_.back();
  free_.pop_back();
  places_[at] = {true, connection, id};
  return at;
}

std::uint64_t ReceiptTable::of_line(std::uint32_t connection, std::uint64_t line) {
  return line_flag | ((connection & connection_mask) << line_bits) | (line & line_mask);
}

std::optional<ReceiptOwner> ReceiptTable::take(std::uint64_t receipt) {
  if ((receipt & line_flag) != 0)
    return ReceiptOwner{static_cast<std::uint32_t>((receipt >> line_bits) & connection_mask),
                        std::nullopt,
                        receipt & line_mask};
  if (receipt >= places_.size() || !std::exchange(places_[receipt].is_taken, false))
    return std::nullopt;
  free_.push_back(static_cast<std::uint32_t>(receipt));
  return ReceiptOwner{places_[receipt].connection, places_[receipt].id, 0};
}

}  // namespace weir::adapters::tcp
