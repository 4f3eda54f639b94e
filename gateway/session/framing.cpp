#include "gateway/session/framing.hpp"

#include "protocol/core/limits.hpp"

#include <algorithm>
#include <charconv>

namespace weir::gateway::session {
namespace {

constexpr std::size_t epoch_bytes_max = 16;

bool is_epoch_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string to_event_id(const protocol::Epoch& epoch, protocol::Offset offset) {
  return epoch + ":" + std::to_string(offset);
}

std::optional<protocol::Position> read_event_id(std::string_view id) {
  const auto colon = id.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > epoch_bytes_max) return std::nullopt;
  const auto epoch = id.substr(0, colon);
  if (!std::ranges::all_of(epoch, is_epoch_letter)) return std::nullopt;
  protocol::Position position{std::string(epoch), 0};
  const auto* const end = id.data() + id.size();
  const auto [stop, error] = std::from_chars(id.data() + colon + 1, end, position.offset);
  if (error != std::errc() || stop != end || position.offset > protocol::offset_max) {
    return std::nullopt;
  }
  return position;
}

void append_retry(std::int64_t retry_ms, std::string& out) {
  out.append("retry: ").append(std::to_string(retry_ms)).append("\n");
}

void append_event(std::string_view message, std::string_view id, std::string& out) {
  if (!id.empty()) out.append("id: ").append(id).append("\n");
  while (true) {
    // CR LF makes an empty line between two others, which is white space, too.
    const auto line = message.substr(0, message.find_first_of("\r\n"));
    out.append("data: ").append(line).append("\n");
    if (line.size() == message.size()) break;
    message.remove_prefix(line.size() + 1);
  }
  out += '\n';
}

}  // namespace weir::gateway::session
