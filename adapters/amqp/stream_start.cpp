#include "adapters/amqp/stream_start.hpp"

#include <charconv>

namespace weir::adapters::amqp {
namespace {

constexpr StreamOffset offset_max = (StreamOffset{1} << 53U) - 2;  // one less than ours

}  // namespace

std::optional<StreamStart> parse_stream_start(std::string_view text) {
  if (text == "first") return StreamEnd::first;
  if (text == "last") return StreamEnd::last;
  if (text == "next") return StreamEnd::next;
  StreamOffset offset = 0;
  const char* const begin = text.data();  // NOLINT(bugprone-suspicious-*): `end` bounds it
  const char* const end = begin + text.size();
  const auto [at, fault] = std::from_chars(begin, end, offset);
  if (fault != std::errc() || at != end || offset > offset_max) return std::nullopt;
  return offset;
}

}  // namespace weir::adapters::amqp
