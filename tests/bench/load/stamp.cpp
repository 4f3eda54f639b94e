#include "tests/bench/load/stamp.hpp"

#include <charconv>
#include <ctime>

namespace weir::tests::bench {

namespace {

constexpr std::string_view mark = "\"at\":[";

}  // namespace

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void append_data(std::string& out, Stamp stamp, std::size_t data_bytes) {
  const std::size_t data_begin = out.size();
  out += '{';
  out += mark;
  out += std::to_string(stamp.sequence) + ',' + std::to_string(stamp.sent_ns) + R"(],"pad":")";
  const std::size_t used_bytes = out.size() - data_begin + 2;
  if (used_bytes < data_bytes) out.append(data_bytes - used_bytes, 'x');
  out += "\"}";
}

std::optional<Stamp> find_stamp(std::string_view message) {
  const std::size_t found = message.find(mark);
  if (found == std::string_view::npos) return std::nullopt;
  const char* end = message.data() + message.size();
  Stamp stamp;
  const auto sequence = std::from_chars(message.data() + found + mark.size(), end, stamp.sequence);
  if (sequence.ec != std::errc{} || sequence.ptr == end || *sequence.ptr != ',')
    return std::nullopt;
  const auto sent = std::from_chars(sequence.ptr + 1, end, stamp.sent_ns);
  if (sent.ec != std::errc{} || sent.ptr == end || *sent.ptr != ']') return std::nullopt;
  return stamp;
}

}  // namespace weir::tests::bench
