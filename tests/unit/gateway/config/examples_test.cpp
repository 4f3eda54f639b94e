// The configurations in deploy/config are ones that the gateway takes.
#include "gateway/config/load_config.hpp"
#include "gateway/config/section_reader.hpp"
#include "gateway/config/sections.hpp"

#include <doctest/doctest.h>

#include "files.hpp"
#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace weir::gateway::config {
namespace {

constexpr std::array<std::string_view, 8> built_in{
    "amqp", "amqp_stream", "host", "mqtt", "nats", "redis", "replay", "tcp"};

ConfigResult load(const std::string& path, const std::string& text) {
  return load_config({path, text, {}, built_in});
}

/// "#key = value" and "#[section]" are keys at their defaults; "# text" is a comment.
bool is_commented_key(const std::string& line) {
  return line.size() > 1 && line[0] == '#' &&
         (line[1] == '[' || (line[1] >= 'a' && line[1] <= 'z'));
}

std::string with_all_keys(const std::string& text) {
  std::string out;
  for (const auto& line : lines_of(text)) {
    out += (is_commented_key(line) ? line.substr(1) : line) + "\n";
  }
  return out;
}

/// The full names of the keys that are set, in any table of a section.
std::set<std::string> keys_in(const std::string& text) {
  std::set<std::string> keys;
  std::string section;
  for (const auto& line : lines_of(text)) {
    if (line.starts_with("[")) {
      const auto begin = line.find_first_not_of('[');
      section = line.substr(begin, line.find(']') - begin);
    } else if (line.find(" = ") != std::string::npos && !line.starts_with("#")) {
      keys.insert(full_key(section, line.substr(0, line.find(' '))));
    }
  }
  return keys;
}

}  // namespace

TEST_CASE("the configurations that are shipped have no mistakes and need no warning") {
  for (const std::string path :
       {"deploy/config/quickstart.toml", "deploy/config/weir.example.toml"}) {
    const auto result = load(path, read_file(path));
    CHECK(to_report(result) == path + ": ok\n");
  }
}

TEST_CASE("the quickstart allows what the quickstart shows, on loopback only") {
  const std::string path = "deploy/config/quickstart.toml";
  const auto result = load(path, read_file(path));
  REQUIRE(result.config.has_value());
  const auto& config = *result.config;
  REQUIRE(config.listen.size() == 1);
  CHECK(config.listen[0].address == "127.0.0.1");
  CHECK(config.listen[0].port == 8080);
  CHECK(config.listen[0].origins.empty());
  CHECK(config.admin == AdminConfig{"127.0.0.1", 8081, false});
  CHECK(config.auth.anonymous);
  CHECK(config.rights == std::vector{RightsEntry{"anonymous", {"#", "$weir/#"}, {"chat/#"}, 0, 0}});
  REQUIRE(config.adapters.size() == 2);
  CHECK(config.adapters[0].name == "feed");
  CHECK(config.adapters[0].json == R"({"listen":"127.0.0.1:9100"})");
  CHECK(config.adapters[1].name == "host");
}

TEST_CASE("the example has every key, and every key in it can be switched on") {
  const std::string path = "deploy/config/weir.example.toml";
  const auto text = with_all_keys(read_file(path));
  CHECK(load(path, text).mistakes.empty());
  const auto keys = keys_in(text);
  for (const auto& info : all_keys()) {
    const auto key = full_key(info.section.name, info.name);
    const bool is_refused = key == "limits.topic_bytes";  // has a name, and is never a key
    CAPTURE(key);
    CHECK(keys.contains(key) == !is_refused);
  }
}

TEST_CASE("the example shows the defaults") {
  const std::string path = "deploy/config/weir.example.toml";
  for (const auto& info : all_keys()) {
    if (info.section.repeat == Repeat::listed || info.default_text.empty()) continue;
    const auto line = "#" + std::string(info.name) + " = " + info.default_text;
    CAPTURE(line);
    const auto lines = lines_of(read_file(path));
    CHECK(std::ranges::any_of(lines, [&line](const std::string& candidate) {
      return candidate == line || candidate.starts_with(line + " ");
    }));
  }
}

}  // namespace weir::gateway::config
