#include "gateway/config/changes.hpp"

#include "gateway/config/section_reader.hpp"
#include "gateway/config/sections.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace weir::gateway::config {
namespace {

/// What new connections, new tokens and the next line of the log go by. Everything else is built
/// into what was made at the start.
constexpr std::array<std::string_view, 17> live_keys{"listen.origins",
                                                     "listen.deflate",
                                                     "listen.max_bytes_per_s",
                                                     "listen.max_messages_per_s",
                                                     "listen.max_delay_ms",
                                                     "listen.tls",
                                                     "listen.trusted_proxies",
                                                     "listen.proxy_protocol",
                                                     "auth.anonymous",
                                                     "auth.issuer",
                                                     "auth.audience",
                                                     "auth.leeway_ms",
                                                     "auth.jwks",
                                                     "auth.cookie",
                                                     "key",
                                                     "rights",
                                                     "log.level"};

bool is_live(std::string_view key) {
  return std::ranges::find(live_keys, key) != live_keys.end();
}

/// `place` is what the section is called in the changes.
template <class S>
void compare(std::string_view section,
             const std::string& place,
             const std::vector<Key<S>>& keys,
             const S& running,
             const S& wanted,
             std::vector<Change>& out) {
  for (const auto& each : keys) {
    auto value = each.show(wanted);
    if (each.show(running) == value) continue;
    out.push_back(
        {full_key(place, each.name), std::move(value), is_live(full_key(section, each.name))});
  }
}

template <class S>
void compare_all(std::string_view section,
                 const std::vector<S>& running,
                 const std::vector<S>& wanted,
                 std::vector<Change>& out) {
  if (running != wanted) out.push_back({std::string(section), {}, is_live(section)});
}

void compare_listeners(const Config& running, const Config& wanted, std::vector<Change>& out) {
  if (running.listen.size() != wanted.listen.size()) {
    out.push_back({"listen", {}, false});
    return;
  }
  for (std::size_t i = 0; i < wanted.listen.size(); ++i) {
    const auto place =
        wanted.listen.size() == 1 ? std::string("listen") : "listen[" + std::to_string(i) + "]";
    compare("listen", place, listen_keys(), running.listen[i], wanted.listen[i], out);
  }
}

/// Where a section begins in its file is no difference.
template <class S>
std::vector<S> without_lines(std::vector<S> sections) {
  for (auto& section : sections) section.line = 0;
  return sections;
}

}  // namespace

std::vector<Change> find_changes(const Config& running, const Config& wanted) {
  std::vector<Change> out;
  compare("", "", root_keys(), running, wanted, out);
  compare_listeners(running, wanted, out);
  compare("admin", "admin", admin_keys(), running.admin, wanted.admin, out);
  compare("auth", "auth", auth_keys(), running.auth, wanted.auth, out);
  compare_all("key", without_lines(running.keys), without_lines(wanted.keys), out);
  compare_all("rights", running.rights, wanted.rights, out);
  compare_all("topics", running.topics, wanted.topics, out);
  compare_all("adapter", without_lines(running.adapters), without_lines(wanted.adapters), out);
  compare("echo", "echo", echo_keys(), running.echo, wanted.echo, out);
  compare("limits", "limits", limits_keys(), running.limits, wanted.limits, out);
  compare("log", "log", log_keys(), running.log, wanted.log, out);
  return out;
}

}  // namespace weir::gateway::config
