#include "gateway/app/tls_files.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace weir::gateway::app {
namespace {

std::optional<net::TlsContext> load(const config::TlsConfig& config,
                                    const std::filesystem::path& folder,
                                    const std::string& key,
                                    std::uint32_t line,
                                    config::Mistakes& mistakes) {
  if (config.certificate.empty()) return std::nullopt;
  auto context =
      net::TlsContext::load({.certificate = folder / config.certificate,
                             .key = folder / config.key,
                             .client_ca = config.client_ca.empty() ? std::filesystem::path()
                                                                   : folder / config.client_ca});
  if (context) return std::move(*context);
  mistakes.push_back(
      {{line, 1, {}}, key, context.error(), "expected PEM files that belong together"});
  return std::nullopt;
}

}  // namespace

TlsContexts load_tls_files(const config::Config& config,
                           const std::filesystem::path& folder,
                           config::Mistakes& mistakes) {
  TlsContexts contexts;
  for (const auto& listen : config.listen) {
    contexts.listen.push_back(load(listen.tls, folder, "listen.tls", listen.line, mistakes));
  }
  contexts.admin = load(config.admin.tls, folder, "admin.tls", 0, mistakes);
  return contexts;
}

}  // namespace weir::gateway::app
