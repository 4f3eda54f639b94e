#include "clients/cli/commands.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cli {
namespace {

constexpr std::string_view unused = "ws://127.0.0.1:1/ws";  // TCP's multiplexer: nobody runs one

SubOptions sub(std::string_view url, std::vector<std::string> filters) {
  SubOptions options;
  options.url = url;
  options.filters = std::move(filters);
  return options;
}

RecordOptions record(std::string_view url, std::string file) {
  return {.url = std::string(url), .filters = {"a"}, .file = std::move(file), .duration = {}};
}

}  // namespace

TEST_CASE("arguments that make no sense are told before anybody is asked") {
  CHECK(run_sub(sub("http://127.0.0.1:1/", {"a"})) == ExitCode::usage);
  CHECK(run_sub(sub(unused, {"a//b"})) == ExitCode::usage);
  CHECK(run_sub(sub(unused, {})) == ExitCode::usage);
  CHECK(run_record(record("http://127.0.0.1:1/", "f")) == ExitCode::usage);
  CHECK(run_record(record(unused, "")) == ExitCode::usage);
  CHECK(run_pub({"127.0.0.1", "a", "1", DataFormat::json}) == ExitCode::usage);
  CHECK(run_pub({std::string(unused), "a/#", "1", DataFormat::json}) == ExitCode::usage);
  CHECK(run_pub({std::string(unused), "a", "{", DataFormat::json}) == ExitCode::usage);
}

TEST_CASE("where no gateway is the commands fail") {
  CHECK(run_sub(sub(unused, {"a"})) == ExitCode::failed);
  CHECK(run_pub({std::string(unused), "a", "1", DataFormat::json}) == ExitCode::failed);
  CHECK(run_record(record(unused, "/dev/null")) == ExitCode::failed);
}

TEST_CASE("a recording that cannot be written is told") {
  CHECK(run_record(record(unused, "/nowhere/f")) == ExitCode::failed);
}

}  // namespace weir::clients::cli
