#include "gateway/app/reloader.hpp"

#include "gateway/app/config_file.hpp"
#include "gateway/config/changes.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace weir::gateway::app {
namespace {

/// "auth.issuer, rights": those that can take effect, or those that cannot.
std::string list(const std::vector<config::Change>& changes, bool is_live) {
  std::string text;
  for (const auto& change : changes) {
    if (change.is_live != is_live) continue;
    if (!text.empty()) text += ", ";
    text += change.key;
    if (is_live && !change.value.empty()) text += " = " + change.value;
  }
  return text;
}

}  // namespace

void Reloader::reload() {
  LoadedConfig loaded;
  try {
    loaded = load_config_file(file_);
  } catch (const std::system_error& error) {
    log_.error("app", "not_reloaded", {{"reason", error.what()}});
    return;
  }
  for (const auto& mistake : loaded.result.mistakes) {
    log_.error("app", "not_reloaded", {{"reason", to_text(mistake, loaded.result.file)}});
  }
  if (!loaded.result.mistakes.empty()) return;
  for (const auto& warning : loaded.result.warnings) {
    log_.warning("app", "config_warning", {{"text", to_text(warning, loaded.result.file)}});
  }
  auto& wanted = *loaded.result.config;
  const auto changes = config::find_changes(running_, wanted);
  if (const auto fixed = list(changes, false); !fixed.empty()) {
    log_.error("app", "not_reloaded", {{"reason", "these take a restart"}, {"keys", fixed}});
    return;
  }
  const auto keys = loaded.token_keys.size();
  if (!app_.reload(wanted, std::move(loaded.token_keys), loaded.tls)) {
    log_.warning("app", "reloaded_in_part", {{"reason", "a shard is too busy; ask again"}});
    return;
  }
  log_.info("app", "reloaded", {{"changed", list(changes, true)}, {"token_keys", keys}});
  running_ = std::move(wanted);
}

}  // namespace weir::gateway::app
