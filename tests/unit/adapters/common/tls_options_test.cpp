#include "adapters/common/tls_options.hpp"

#include "adapters/abi/adapter.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace weir::adapters::common {
namespace {

using Role = TlsOptions::Role;

std::optional<TlsOptions> read(const char* json, Role role) {
  ConfigReader reader(json);
  auto options = read_tls(reader, role);
  reader.finish();
  return options;
}

}  // namespace

TEST_CASE("no table is no TLS") {
  CHECK_FALSE(read("{}", Role::server));
  CHECK_FALSE(read("{}", Role::client));
}

TEST_CASE("what a listener and a dialler may say") {
  const auto server = read(
      R"({"tls":{"certificate":"c","key":"k","client_ca":"a","min_version":"1.3"}})", Role::server);
  REQUIRE(server);
  CHECK(server->certificate == "c");
  CHECK(server->key == "k");
  CHECK(server->ca == "a");
  CHECK(server->version_min == TlsOptions::Version::tls_1_3);

  const auto bare = read(R"({"tls":{}})", Role::client);
  REQUIRE(bare);
  CHECK(bare->verifies);
  CHECK(bare->version_min == TlsOptions::Version::tls_1_2);
  const auto full = read(
      R"({"tls":{"ca":"a","server_name":"feed.test","certificate":"c","key":"k"}})", Role::client);
  REQUIRE(full);
  CHECK(full->ca == "a");
  CHECK(full->server_name == "feed.test");
  const auto blind = read(R"({"tls":{"verify":false}})", Role::client);
  REQUIRE(blind);
  CHECK_FALSE(blind->verifies);
}

TEST_CASE("what does not go together is told with its key") {
  struct Row {
    const char* json;
    Role role;
    const char* part;
  };
  for (const Row& row :
       {Row{R"({"tls":true})", Role::server, "key 'tls' must be a table"},
        Row{R"({"tls":{}})", Role::server, "key 'tls.certificate' is needed to listen"},
        Row{R"({"tls":{"certificate":"c"}})", Role::server, "key 'tls.key' is needed, too"},
        Row{R"({"tls":{"key":"k"}})", Role::client, "key 'tls.certificate' is needed, too"},
        Row{R"({"tls":{"certificate":"c","key":"k","ca":"a"}})",
            Role::server,
            "key 'tls.ca' is unknown"},
        Row{R"({"tls":{"client_ca":"a"}})", Role::client, "key 'tls.client_ca' is unknown"},
        Row{R"({"tls":{"verify":false,"ca":"a"}})", Role::client, "key 'tls.verify' is false"},
        Row{R"({"tls":{"min_version":"1.1"}})", Role::client, "key 'tls.min_version' is '1.1'"},
        Row{R"({"tls":{"certificate":7}})", Role::client, "key 'tls.certificate' must be"}}) {
    CAPTURE(row.json);
    std::string reason;
    try {
      static_cast<void>(read(row.json, row.role));
    } catch (const abi::Failure& failure) {
      reason = failure.what();
    }
    CAPTURE(reason);
    CHECK(reason.find(row.part) != std::string::npos);
  }
}

}  // namespace weir::adapters::common
