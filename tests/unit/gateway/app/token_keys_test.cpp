#include "gateway/app/token_keys.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <string_view>

namespace weir::gateway::app {
namespace {

void write(const tests::TemporaryFolder& folder, const char* name, std::string_view text) {
  std::ofstream(folder.path() / name, std::ios::binary) << text;
}

constexpr std::string_view key_set =
    R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"ed","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

std::string report(const config::Mistakes& mistakes) {
  std::string out;
  for (const auto& mistake : mistakes) out += config::to_text(mistake, "weir.toml") + "\n";
  return out;
}

TEST_CASE("keys come from their files, named from the folder of the configuration") {
  const tests::TemporaryFolder folder;
  write(folder, "secret", std::string(32, 's') + "\r\n");
  write(folder, "keys.json", key_set);
  config::Config config;
  config.keys = {{"hs", TokenAlgorithm::hs256, "secret", 3}};
  config.auth.jwks = "keys.json";
  config::Mistakes mistakes;
  const auto keys = load_token_keys(config, folder.path(), mistakes);
  CHECK(report(mistakes).empty());
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].id() == "hs");
  CHECK(keys[0].algorithm() == TokenAlgorithm::hs256);
  CHECK(keys[1].id() == "ed");
  CHECK(keys[1].algorithm() == TokenAlgorithm::eddsa);
}

TEST_CASE("every key that cannot be had is told with its place and its file") {
  const tests::TemporaryFolder folder;
  write(folder, "short", "secret\n");
  write(folder, "text", "hello");
  write(folder, "large", std::string(1024 * 1024 + 1, 'x'));
  config::Config config;
  config.keys = {{"a", TokenAlgorithm::hs256, "short", 3},
                 {"b", TokenAlgorithm::es256, "text", 7},
                 {"c", TokenAlgorithm::rs256, "nowhere", 11},
                 {"d", TokenAlgorithm::eddsa, "large", 15}};
  config.auth.jwks = "text";
  config::Mistakes mistakes;
  CHECK(load_token_keys(config, folder.path(), mistakes).empty());
  CHECK(report(mistakes) ==
        "weir.toml:3:1: key.file: short: the secret has 6 bytes, and HS256 needs 32 or more\n"
        "weir.toml:7:1: key.file: text: this is no public key in PEM (\"-----BEGIN PUBLIC "
        "KEY-----\")\n"
        "weir.toml:11:1: key.file: nowhere: No such file or directory\n"
        "weir.toml:15:1: key.file: large: has more than 1 MiB\n"
        "weir.toml: auth.jwks: text: expected a JSON Web Key Set: {\"keys\":[...]}\n");
}

}  // namespace
}  // namespace weir::gateway::app
