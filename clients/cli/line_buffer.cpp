#include "clients/cli/line_buffer.hpp"

namespace weir::clients::cli {

std::optional<std::string> LineBuffer::next() {
  const auto end = bytes_.find('\n', at_);
  if (end == std::string::npos) {
    bytes_.erase(0, at_);
    at_ = 0;
    return std::nullopt;
  }
  auto line = bytes_.substr(at_, end - at_);
  at_ = end + 1;
  if (line.ends_with('\r')) line.pop_back();
  ++line_number_;
  return line;
}

std::optional<std::string> LineBuffer::rest() {
  auto line = bytes_.substr(at_);
  bytes_.clear();
  at_ = 0;
  if (line.empty()) return std::nullopt;
  ++line_number_;
  return line;
}

}  // namespace weir::clients::cli
