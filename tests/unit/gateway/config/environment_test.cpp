#include "gateway/config/environment.hpp"

#include "gateway/config/load_config.hpp"
#include "gateway/config/sections.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <string>
#include <vector>

namespace weir::gateway::config {
namespace {

ConfigResult load(std::string_view text, Environment environment) {
  return load_config({"weir.toml", text, std::move(environment), {}});
}

}  // namespace

TEST_CASE("a variable goes over the file") {
  const auto result = load("shards = 1\n[listen]\nport = 1\n[log]\nlevel = \"error\"\n",
                           {{"WEIR_SHARDS", "2"},
                            {"WEIR_LISTEN_PORT", "9000"},
                            {"WEIR_LOG_LEVEL", "debug"},
                            {"WEIR_LIMITS_HEADER_BYTES", "4KiB"},
                            {"WEIR_LIMITS_CELLS", "7"},
                            {"WEIR_AUTH_ANONYMOUS", "false"},
                            {"PATH", "/bin"}});
  REQUIRE(result.config.has_value());
  CHECK(result.config->shards == 2);
  CHECK(result.config->listen.at(0).port == 9000);
  CHECK(result.config->log.level == LogLevel::debug);
  CHECK(result.config->limits.header_bytes == 4096);
  CHECK(result.config->limits.cells == 7);
  CHECK_FALSE(result.config->auth.anonymous);
}

TEST_CASE("every scalar of a section that stands once has a variable") {
  for (const auto& info : all_keys()) {
    const bool is_scalar = info.shape != Shape::list && info.shape != Shape::table;
    if (!is_scalar || info.section.repeat == Repeat::listed || info.default_text.empty()) continue;
    auto variable = "WEIR_" + std::string(info.section.name) +
                    (info.section.name.empty() ? "" : "_") + std::string(info.name);
    for (auto& c : variable) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    auto value = info.default_text;
    std::erase(value, '"');
    CAPTURE(variable);
    CAPTURE(value);
    CHECK(load("", {{variable, value}}).mistakes.empty());
    CHECK(load("", {{variable, "\x01"}}).mistakes.size() == 1);
  }
}

TEST_CASE("a variable that cannot be meant is refused") {
  struct Row {
    std::string_view name;
    std::string_view text;
    Environment environment;
    std::string line;
  };
  const std::vector<Row> rows{
      {"value of the wrong type",
       "",
       {{"WEIR_LISTEN_PORT", "http"}},
       "environment variable WEIR_LISTEN_PORT: listen.port: is the text \"http\"; expected an "
       "integer from 0 to 65535"},
      {"empty value",
       "",
       {{"WEIR_LISTEN_PORT", ""}},
       "environment variable WEIR_LISTEN_PORT: listen.port: is the text \"\"; expected an integer "
       "from 0 to 65535"},
      {"mistyped key",
       "",
       {{"WEIR_LISTEN_PROT", "1"}},
       "environment variable WEIR_LISTEN_PROT: names no key; did you mean WEIR_LISTEN_PORT?"},
      {"list",
       "",
       {{"WEIR_LISTEN_ORIGINS", "*"}},
       "environment variable WEIR_LISTEN_ORIGINS: listen.origins: cannot be set by a variable, "
       "because it is no single value; set it in the file"},
      {"section that is a list",
       "",
       {{"WEIR_TOPICS_FILTER", "#"}},
       "environment variable WEIR_TOPICS_FILTER: topics.filter: cannot be set by a variable, "
       "because it is no single value; set it in the file"},
      {"section that is a list in this file",
       "[[listen]]\nport = 1\n",
       {{"WEIR_LISTEN_PORT", "2"}},
       "environment variable WEIR_LISTEN_PORT: listen.port: cannot be set here, because "
       "[[listen]] is a list; set it in the file"},
      {"section that is no table in this file",
       "log = 1\n",
       {{"WEIR_LOG_LEVEL", "info"}},
       "weir.toml:1:7: log: is 1; expected one table [log]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto result = load(row.text, row.environment);
    REQUIRE(result.mistakes.size() == 1);
    CHECK(to_text(result.mistakes[0], result.file) == row.line);
  }
}

TEST_CASE("variables that others have made are left alone") {
  const auto result = load("",
                           {{"WEIR_HOME", "/opt"},
                            {"WEIR", "1"},
                            {"WEIR_PORT", "tcp://10.0.0.1:80"},
                            {"WEIR_ADMIN_PORT", "tcp://10.0.0.1:8081"},
                            {"WEIR_ADMIN_SERVICE_HOST", "10.0.0.1"},
                            {"WEIR_ADMIN_SERVICE_PORT_HTTP", "8081"},
                            {"WEIR_ADMIN_PORT_8081_TCP", "tcp://10.0.0.1:8081"},
                            {"WEIR_ADMIN_PORT_8081_TCP_ADDR", "10.0.0.1"}});
  CHECK(result.mistakes.empty());
}

}  // namespace weir::gateway::config
