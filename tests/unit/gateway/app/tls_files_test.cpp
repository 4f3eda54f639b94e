#include "gateway/app/tls_files.hpp"

#include "tests/support/certificate_files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::app {
namespace {

TEST_CASE("each listener gets what its table names, from the folder of the configuration") {
  const tests::TemporaryFolder folder;
  static_cast<void>(tests::make_certificate_files(folder.path(), "gateway"));
  config::Config config;
  config.listen.resize(2);
  config.listen[1].tls = {"gateway.pem", "gateway.key", ""};
  config::Mistakes mistakes;
  const auto contexts = load_tls_files(config, folder.path(), mistakes);
  CHECK(mistakes.empty());
  REQUIRE(contexts.listen.size() == 2);
  CHECK_FALSE(contexts.listen[0]);
  CHECK(contexts.listen[1]);
  CHECK_FALSE(contexts.admin);
}

TEST_CASE("files that cannot be used are mistakes of their listener") {
  const tests::TemporaryFolder folder;
  config::Config config;
  config.listen.resize(1);
  config.listen[0].tls = {"none.pem", "none.key", ""};
  config.listen[0].line = 7;
  config.admin.tls = {"none.pem", "none.key", ""};
  config::Mistakes mistakes;
  static_cast<void>(load_tls_files(config, folder.path(), mistakes));
  REQUIRE(mistakes.size() == 2);
  const auto text = config::to_text(mistakes[0], "weir.toml");
  CHECK(text.starts_with("weir.toml:7:1: listen.tls: "));
  CHECK(text.find("none.pem: ") != std::string::npos);
  CHECK(mistakes[1].key == "admin.tls");
}

}  // namespace
}  // namespace weir::gateway::app
