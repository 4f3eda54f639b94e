#include "gateway/config/tls_table.hpp"

#include "gateway/config/text_checks.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace weir::gateway::config {
namespace {

constexpr const char* expected_table =
    R"(a table like { certificate = "cert.pem", key = "key.pem" })";

struct Part {
  std::string_view name;
  std::string TlsConfig::* value;
  bool is_required;
};

constexpr std::array<Part, 3> parts{Part{"certificate", &TlsConfig::certificate, true},
                                    Part{"key", &TlsConfig::key, true},
                                    Part{"client_ca", &TlsConfig::client_ca, false}};

std::optional<TlsConfig> read(const Node& node, Faults& faults) {
  const auto before = faults.size();
  if (node.table() == nullptr) {
    faults.push_back({node.place, describe(node), std::string("expected ") + expected_table});
    return std::nullopt;
  }
  const auto path = text("a path", check_not_empty);
  TlsConfig tls;
  for (const auto& member : *node.table()) {
    const auto part = std::ranges::find(parts, std::string_view(member.key), &Part::name);
    if (part == parts.end()) {
      faults.push_back({member.place,
                        "has " + quoted(member.key) + ", which is not a known key",
                        "expected certificate, key, client_ca"});
    } else if (auto value = path.read(member.value, faults)) {
      tls.*(part->value) = std::move(*value);
    }
  }
  for (const auto& part : parts) {
    if (!part.is_required || node.find(part.name) != nullptr) continue;
    faults.push_back({node.place,
                      "has no " + std::string(part.name),
                      std::string("expected ") + expected_table});
  }
  return faults.size() == before ? std::optional(std::move(tls)) : std::nullopt;
}

std::string show(const TlsConfig& tls) {
  if (tls.certificate.empty()) return {};
  std::string out;
  for (const auto& part : parts) {
    const auto& value = tls.*(part.value);
    if (value.empty()) continue;
    out += (out.empty() ? "{ " : ", ") + std::string(part.name) + " = " + quoted(value);
  }
  return out + " }";
}

}  // namespace

ValueType<TlsConfig> tls_table() {
  return {Shape::table, expected_table, read, show};
}

}  // namespace weir::gateway::config
