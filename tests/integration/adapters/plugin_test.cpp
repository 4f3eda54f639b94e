#include "adapters/abi/plugin.hpp"

#include "adapters/abi/adapter_instance.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

// WEIR_EXAMPLES: where build_examples.cmake has built the templates for plug-ins.
namespace weir::tests {
namespace {

using adapters::abi::AdapterError;
using adapters::abi::AdapterInstance;
using adapters::abi::load_plugin;

adapters::abi::AdapterSettings owner_of(const std::string& filter) {
  return {.name = "example", .config_json = "{}", .topics = {filter}};
}

}  // namespace

TEST_CASE("the plug-in in C++ ticks while somebody wants it") {
  RecordingPort port;
  AdapterInstance instance(load_plugin("clock/clock.so", WEIR_EXAMPLES), owner_of("clock/#"), port);
  CHECK_FALSE(instance.can_send());
  instance.start();
  CHECK(port.wait_for_status(adapters::abi::SourceState::up));
  CHECK(port.item_count() == 0);
  instance.wanted("clock/utc");
  REQUIRE(port.wait_for_items(2));
  const auto items = port.take_items();
  CHECK(items[0].publication.topic == "clock/utc");
  CHECK(items[0].publication.payload.bytes.starts_with("{\"time\":\"20"));
  CHECK(items[0].publication.payload.bytes.ends_with("Z\"}"));
  instance.unwanted("clock/utc");
  instance.stop();
}

TEST_CASE("two instances of one plug-in do not know each other") {
  RecordingPort port;
  RecordingPort other_port;
  const auto code = load_plugin(std::filesystem::path(WEIR_EXAMPLES) / "clock/clock.so", "/");
  AdapterInstance instance(code, owner_of("clock/#"), port);
  AdapterInstance other(code, {.name = "example", .config_json = "{}", .topics = {}}, other_port);
  instance.start();
  other.start();
  CHECK(other_port.wait_for_items(1));
  CHECK(port.item_count() == 0);
}

TEST_CASE("the plug-in in C says hello, and answers who publishes") {
  RecordingPort port;
  AdapterInstance instance(load_plugin("hello/hello.so", WEIR_EXAMPLES), owner_of("hello/#"), port);
  CHECK(instance.can_send());
  CHECK_FALSE(instance.can_replay());
  instance.start();
  REQUIRE(port.wait_for_items(1));
  CHECK(port.take_items()[0].publication.payload.bytes == "\"hello\"");
  protocol::Publication publication;
  publication.topic = "hello/anybody";
  instance.send({.send_id = 3, .publication = publication});
  REQUIRE(port.outcomes().size() == 1);
  CHECK(port.outcomes()[0].outcome == adapters::abi::Outcome::accepted);
  CHECK(port.take_items()[0].publication.topic == "hello/anybody");
}

TEST_CASE("a plug-in's complaint about its configuration names the adapter") {
  RecordingPort port;
  for (const char* path : {"clock/clock.so", "hello/hello.so"}) {
    CAPTURE(path);
    adapters::abi::AdapterSettings settings = owner_of("a");
    settings.config_json = R"({"x":1})";
    std::string reason;
    try {
      const AdapterInstance instance(load_plugin(path, WEIR_EXAMPLES), settings, port);
    } catch (const AdapterError& error) {
      reason = error.what();
    }
    CHECK(reason.starts_with("adapter 'example': "));
    CHECK(reason.ends_with("nothing to configure"));
  }
}

}  // namespace weir::tests
