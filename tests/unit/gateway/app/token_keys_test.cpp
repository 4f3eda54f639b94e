#include "gateway/app/token_keys.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace weir::gateway::app {
namespace {

/// A folder that is gone when the test is.
class Folder {
public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-keys-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

constexpr std::string_view key_set =
    R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"ed","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

std::string report(const config::Mistakes& mistakes) {
  std::string out;
  for (const auto& mistake : mistakes) out += config::to_text(mistake, "weir.toml") + "\n";
  return out;
}

TEST_CASE("keys come from their files, named from the folder of the configuration") {
  const Folder folder;
  folder.write("secret", std::string(32, 's') + "\r\n");
  folder.write("keys.json", key_set);
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
  const Folder folder;
  folder.write("short", "secret\n");
  folder.write("text", "hello");
  folder.write("large", std::string(1024 * 1024 + 1, 'x'));
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
