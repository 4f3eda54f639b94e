#include "tests/bench/dialect/nchan.hpp"

#include <algorithm>

namespace weir::tests::bench {

namespace {

constexpr std::string_view version = "HTTP/1.1 ";

}  // namespace

void NchanSource::append(std::string& out, std::string_view topic, std::string_view data) {
  out.append("POST /pub?id=").append(topic);
  out.append(" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ");
  out.append(std::to_string(data.size())).append("\r\n\r\n").append(data);
}

/// Looks at the status lines only: what nchan says in its answers is how many subscribers there
/// are.
std::optional<std::string> NchanSource::on_answer(std::string_view bytes, std::string& /*out*/) {
  unread_ += bytes;
  std::size_t at = 0;
  for (;;) {
    const std::size_t found = unread_.find(version, at);
    if (found == std::string::npos || found + version.size() == unread_.size()) break;
    if (unread_[found + version.size()] != '2') return unread_.substr(found);
    at = found + version.size();
  }
  const std::size_t kept = std::min(unread_.size() - at, version.size());
  unread_.erase(0, unread_.size() - kept);
  return std::nullopt;
}

}  // namespace weir::tests::bench
