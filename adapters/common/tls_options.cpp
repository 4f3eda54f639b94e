#include "adapters/common/tls_options.hpp"

#include "adapters/abi/adapter.hpp"

namespace weir::adapters::common {

namespace {

[[noreturn]] void fail(std::string_view key, const std::string& problem) {
  throw abi::Failure("key 'tls." + std::string(key) + "' " + problem);
}

TlsOptions::Version read_version(ConfigReader& tls) {
  const std::string version = tls.text("min_version").value_or("1.2");
  if (version == "1.2") return TlsOptions::Version::tls_1_2;
  if (version == "1.3") return TlsOptions::Version::tls_1_3;
  fail("min_version", "is '" + version + R"('; expected "1.2" or "1.3")");
}

}  // namespace

std::optional<TlsOptions> read_tls(ConfigReader& reader, TlsOptions::Role role) {
  const auto table = reader.table("tls");
  if (!table) return std::nullopt;
  ConfigReader tls(*table, "tls.");
  TlsOptions options;
  options.role = role;
  options.certificate = tls.text("certificate").value_or("");
  options.key = tls.text("key").value_or("");
  options.ca = tls.text(options.ca_key()).value_or("");
  options.version_min = read_version(tls);
  if (role == TlsOptions::Role::client) {
    options.server_name = tls.text("server_name").value_or("");
    options.verifies = tls.flag("verify", options.verifies);
  }
  tls.finish();
  if (role == TlsOptions::Role::server && options.certificate.empty())
    fail("certificate", "is needed to listen with TLS: a file with the certificate, in PEM");
  if (options.certificate.empty() != options.key.empty())
    fail(options.key.empty() ? "key" : "certificate",
         "is needed, too: a certificate and its key go together");
  if (!options.verifies && !(options.ca.empty() && options.server_name.empty()))
    fail("verify", "is false, so 'tls.ca' and 'tls.server_name' have no meaning");
  return options;
}

}  // namespace weir::adapters::common
