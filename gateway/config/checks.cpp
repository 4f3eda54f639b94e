#include "gateway/config/checks.hpp"

#include "gateway/config/ip_address.hpp"
#include "gateway/config/size_text.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace weir::gateway::config {
namespace {

/// One address that the gateway will listen on, and who says so.
struct Listener {
  BindAddress address;
  std::string key;
  Place place;
};

/// Where this key of a table was said, or else the table.
Place place_in(const Node* table, std::string_view key) {
  if (table == nullptr) return {};
  const auto* node = table->find(key);
  return node == nullptr ? table->place : node->place;
}

std::string show_bytes(std::size_t bytes) {
  return size_text(static_cast<std::int64_t>(bytes));
}

void add_listener(std::string key,
                  const std::string& address,
                  std::uint16_t port,
                  Place place,
                  std::vector<Listener>& out) {
  const auto parsed = parse_ip_address(address);
  if (parsed) out.push_back({{*parsed, port}, std::move(key), std::move(place)});
}

/// `listen` is the adapters' own key; those that have one mean an address by it.
void add_adapter_listener(const Node& table, std::vector<Listener>& out) {
  const auto* node = table.find("listen");
  const auto* text = node == nullptr ? nullptr : std::get_if<std::string>(&node->value);
  const auto address = text == nullptr ? std::nullopt : parse_bind_address(*text);
  if (address) out.push_back({*address, "adapter.listen", node->place});
}

void check_addresses(const Config& config, const Node& root, Mistakes& mistakes) {
  std::vector<Listener> listeners;
  const auto listen_tables = tables_of(root, "listen");
  for (std::size_t i = 0; i < config.listen.size(); ++i) {
    const auto& listen = config.listen[i];
    const auto* table = i < listen_tables.size() ? listen_tables[i] : nullptr;
    add_listener("listen.port", listen.address, listen.port, place_in(table, "port"), listeners);
  }
  const auto* admin = root.find("admin");
  add_listener(
      "admin.port", config.admin.address, config.admin.port, place_in(admin, "port"), listeners);
  for (const auto* table : tables_of(root, "adapter")) add_adapter_listener(*table, listeners);

  for (std::size_t i = 0; i < listeners.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto& first = listeners[j];
      if (!overlap(first.address, listeners[i].address)) continue;
      const auto where = first.place.line == 0 ? "" : fmt::format(" in line {}", first.place.line);
      mistakes.push_back(
          {listeners[i].place,
           listeners[i].key,
           fmt::format("port {} is used by {}{} already", first.address.port, first.key, where),
           "expected another port, another address, or port 0 for any free one"});
      break;
    }
  }
}

void check_admin(const Config& config, const Node& root, Mistakes& mistakes) {
  const auto address = parse_ip_address(config.admin.address);
  if (!address || address->is_loopback() || config.admin.allow_remote) return;
  mistakes.push_back(
      {place_in(root.find("admin"), "address"),
       "admin.address",
       quoted(config.admin.address) +
           " can be reached from other machines, and the admin port asks nobody who they are",
       "expected a loopback address like \"127.0.0.1\", or admin.allow_remote = true where a "
       "firewall stands before it"});
}

void check_adapter_names(const Config& config, const Node& root, Mistakes& mistakes) {
  const auto tables = tables_of(root, "adapter");
  for (std::size_t i = 0; i < config.adapters.size(); ++i) {
    const auto& name = config.adapters[i].name;
    if (name.empty()) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (config.adapters[j].name != name) continue;
      mistakes.push_back({place_in(tables[i], "name"),
                          "adapter.name",
                          fmt::format("\"{}\" is the name of the adapter in line {} already",
                                      name,
                                      config.adapters[j].line),
                          "expected a name that no other adapter has"});
      break;
    }
  }
}

/// A filter of each that have topics in common.
std::optional<std::pair<std::string, std::string>> common_filters(const AdapterConfig& a,
                                                                  const AdapterConfig& b) {
  for (const auto& filter : a.topics) {
    for (const auto& other : b.topics) {
      if (protocol::overlap(filter, other)) return std::pair(filter, other);
    }
  }
  return std::nullopt;
}

/// Only one adapter may own a topic, or two would give it two orders.
void check_ownership(const Config& config, const Node& root, Mistakes& mistakes) {
  const auto tables = tables_of(root, "adapter");
  for (std::size_t i = 0; i < config.adapters.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto common = common_filters(config.adapters[i], config.adapters[j]);
      if (!common) continue;
      mistakes.push_back(
          {place_in(tables[i], "topics"),
           "adapter.topics",
           fmt::format(R"("{}" has topics in common with "{}" of the adapter in line {})",
                       common->first,
                       common->second,
                       config.adapters[j].line),
           "expected filters that only one adapter has"});
    }
  }
}

struct NamedLimit {
  std::string_view key;
  std::size_t bytes;
};

/// A limit below another one would refuse what that one allows.
void check_at_least(const NamedLimit& limit,
                    const NamedLimit& least,
                    const Node& root,
                    Mistakes& mistakes) {
  if (limit.bytes >= least.bytes) return;
  const auto* limits = root.find("limits");
  const bool is_said = limits != nullptr && limits->find(limit.key) != nullptr;
  mistakes.push_back({place_in(limits, is_said ? limit.key : least.key),
                      full_key("limits", limit.key),
                      fmt::format("is {}, less than limits.{}", show_bytes(limit.bytes), least.key),
                      fmt::format("expected at least {}", show_bytes(least.bytes))});
}

void check_keys(const Config& config, const Node& root, Mistakes& mistakes) {
  const auto tables = tables_of(root, "key");
  for (std::size_t i = 0; i < config.keys.size(); ++i) {
    const auto& id = config.keys[i].id;
    for (std::size_t j = 0; j < i; ++j) {
      if (config.keys[j].id != id || id.empty()) continue;
      mistakes.push_back(
          {place_in(tables[i], "id"),
           "key.id",
           fmt::format("{} is the key in line {} already", quoted(id), tables[j]->place.line),
           "expected another id, the kid of this key's tokens"});
      break;
    }
  }
}

/// Browsers send cookies along whichever page asks for the connection.
void check_cookie(const Config& config, const Node& root, Mistakes& mistakes) {
  if (config.auth.cookie.empty()) return;
  const auto tables = tables_of(root, "listen");
  for (std::size_t i = 0; i < config.listen.size(); ++i) {
    if (std::ranges::find(config.listen[i].origins, "*") == config.listen[i].origins.end()) {
      continue;
    }
    mistakes.push_back({place_in(tables[i], "origins"),
                        "listen.origins",
                        "lets every page in, and with auth.cookie each of them would act for "
                        "whoever looks at it",
                        "expected the origins of your own pages"});
  }
}

/// With nobody whose header is believed, nobody could connect.
void check_proxies(const Config& config, const Node& root, Mistakes& mistakes) {
  const auto tables = tables_of(root, "listen");
  for (std::size_t i = 0; i < config.listen.size(); ++i) {
    const auto& listen = config.listen[i];
    if (!listen.proxy_protocol || !listen.trusted_proxies.empty()) continue;
    mistakes.push_back({place_in(tables[i], "proxy_protocol"),
                        "listen.proxy_protocol",
                        "is true, and nobody is among listen.trusted_proxies",
                        "expected the addresses of the proxies there"});
  }
}

void check_limits(const Config& config, const Node& root, Mistakes& mistakes) {
  const auto& limits = config.limits;
  const NamedLimit entry{"entry_bytes", limits.entry_bytes};
  const NamedLimit message{"message_bytes", limits.message_bytes};
  check_at_least({"wire_bytes", limits.wire_bytes}, message, root, mistakes);
  check_at_least({"feed_line_bytes", limits.feed_line_bytes}, entry, root, mistakes);
  check_at_least({"retained_bytes", limits.retained_bytes}, entry, root, mistakes);
}

}  // namespace

std::vector<const Node*> tables_of(const Node& root, std::string_view section) {
  std::vector<const Node*> out;
  const auto* node = root.find(section);
  if (node == nullptr) return out;
  if (node->table() != nullptr) out.push_back(node);
  if (node->array() != nullptr) {
    for (const auto& item : *node->array()) {
      if (item.table() != nullptr) out.push_back(&item);
    }
  }
  return out;
}

void check_together(const Config& config, const Node& root, Mistakes& mistakes) {
  check_addresses(config, root, mistakes);
  check_admin(config, root, mistakes);
  check_adapter_names(config, root, mistakes);
  check_ownership(config, root, mistakes);
  check_keys(config, root, mistakes);
  check_cookie(config, root, mistakes);
  check_proxies(config, root, mistakes);
  check_limits(config, root, mistakes);
}

}  // namespace weir::gateway::config
