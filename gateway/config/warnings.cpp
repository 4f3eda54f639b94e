#include "gateway/config/warnings.hpp"

#include "gateway/config/checks.hpp"
#include "protocol/core/topic.hpp"

#include <fmt/format.h>

namespace weir::gateway::config {
namespace {

void find_closed_doors(const Config& config, const Node& root, Mistakes& warnings) {
  const auto* auth = root.find("auth");
  if (!config.auth.anonymous && config.keys.empty() && config.auth.jwks.empty()) {
    warnings.push_back({auth == nullptr ? Place{} : auth->place,
                        "auth.anonymous",
                        "is false, and there is no key to check tokens with: no client gets in",
                        "add [[key]], or auth.jwks"});
  }
  if (config.rights.empty()) {
    warnings.push_back(
        {{},
         "rights",
         "there is no [[rights]]: clients may connect, and neither subscribe nor publish",
         "add [[rights]] with identity, subscribe and publish"});
  }
}

void find_useless_rights(const Config& config, const Node& root, Mistakes& warnings) {
  const auto tables = tables_of(root, "rights");
  for (std::size_t i = 0; i < config.rights.size(); ++i) {
    const auto& entry = config.rights[i];
    const bool has_ceiling = entry.max_bytes_per_s > 0 || entry.max_messages_per_s > 0;
    if (!entry.subscribe.empty() || !entry.publish.empty() || has_ceiling) continue;
    warnings.push_back({tables[i]->place, "rights", "allows nothing", "add subscribe or publish"});
  }
}

/// The first rule that matches a topic counts, so a rule behind a wider one never does.
void find_hidden_rules(const Config& config, const Node& root, Mistakes& warnings) {
  const auto tables = tables_of(root, "topics");
  for (std::size_t i = 0; i < config.topics.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!protocol::covers(config.topics[j].filter, config.topics[i].filter)) continue;
      warnings.push_back({tables[i]->place,
                          "topics.filter",
                          fmt::format(R"("{}" is never reached: "{}" in line {} matches first)",
                                      config.topics[i].filter,
                                      config.topics[j].filter,
                                      tables[j]->place.line),
                          "put the narrower rule before the wider one"});
      break;
    }
  }
}

}  // namespace

Mistakes find_warnings(const Config& config, const Node& root) {
  Mistakes warnings;
  find_closed_doors(config, root, warnings);
  find_useless_rights(config, root, warnings);
  find_hidden_rules(config, root, warnings);
  return warnings;
}

}  // namespace weir::gateway::config
