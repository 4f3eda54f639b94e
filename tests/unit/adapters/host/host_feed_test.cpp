#include "adapters/host/host_feed.hpp"

#include "adapters/abi/adapter_instance.hpp"
#include "adapters/host/host_adapter.hpp"
#include "tests/support/recording_port.hpp"
#include "tests/unit/adapters/host/recorded_proc.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace weir::adapters::host {
namespace {

using abi::Answer;
using abi::PublishAnswer;

/// The host adapter, through the ABI, on a recorded kernel.
struct Fixture {
  tests::RecordedKernel kernel;
  tests::RecordingPort port;
  std::optional<abi::AdapterInstance> instance;

  void open(const std::string& keys) {
    const std::string config = R"({"interval_ms":100,"proc":")" + kernel.proc().string() +
                               R"(","sys":")" + kernel.sys().string() + "\"" + keys + "}";
    instance.emplace(
        abi::checked_code(weir_host_adapter_entry(WEIR_ABI_VERSION), abi::Trust::built_in),
        abi::AdapterSettings{.name = "host", .config_json = config, .topics = {}},
        port);
    instance->start();
  }
  /// Until this topic had this operation, of which the other entries are forgotten.
  bool wait_for(const std::string& topic, protocol::Operation operation) {
    for (std::size_t round = 0; round < 1000; ++round) {
      if (!port.wait_for_items(1)) return false;
      for (const auto& item : port.take_items()) {
        if (item.publication.topic == topic && item.publication.operation == operation) return true;
      }
    }
    return false;
  }
};

constexpr auto replace = protocol::Operation::replace;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "it publishes what the kernel says, again and again") {
  open("");
  CHECK(wait_for("host/memory", replace));
  CHECK(wait_for("host/network/eth0", replace));
  CHECK(wait_for("host/disk/vda", replace));
  CHECK(wait_for("host/load", replace));
  kernel.write("stat", "cpu  9000 0 0 90000\ncpu0 9000 0 0 90000\n");
  CHECK(wait_for("host/cpu", replace));
  CHECK(port.wait_for_status(abi::SourceState::up));
}

TEST_CASE_FIXTURE(Fixture, "a device that is gone is removed") {
  open("");
  CHECK(wait_for("host/network/eth0", replace));
  kernel.write("net/dev", "    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
  CHECK(wait_for("host/network/eth0", protocol::Operation::remove));
  kernel.write("net/dev", tests::recorded_net_dev);
  CHECK(wait_for("host/network/eth0", replace));
}

TEST_CASE_FIXTURE(Fixture, "a kernel that says nothing is a source that is down, until it does") {
  const auto proc = kernel.proc();
  const auto away = proc.parent_path() / "away";
  std::filesystem::rename(proc, away);
  open("");
  CHECK(port.wait_for_status(abi::SourceState::down));
  std::filesystem::rename(away, proc);
  CHECK(port.wait_for_status(abi::SourceState::up));
}

TEST_CASE_FIXTURE(Fixture, "on demand it is silent until somebody wants it, and again afterwards") {
  open(R"(,"on_demand":true)");
  // a gateway is not ready before all its sources are up
  CHECK(port.wait_for_status(abi::SourceState::up));
  CHECK(port.item_count() == 0);
  instance->wanted("host/cpu");
  CHECK(wait_for("host/memory", replace));
  instance->unwanted("host/cpu");
  instance->wanted("host/#");
  CHECK(wait_for("host/network/lo", replace));
}

TEST_CASE_FIXTURE(Fixture, "after slow_down it waits for resumed, which may come at once") {
  port.answer_with([](auto) { return PublishAnswer{Answer::slow_down, 0, {}}; });
  open("");
  CHECK(port.wait_for_items(3));
  const std::size_t calls = port.publish_calls();
  CHECK(calls == 1);
  port.answer_with([this](auto) {
    instance->resumed();
    return PublishAnswer{Answer::slow_down, 0, {}};
  });
  instance->resumed();
  for (int round = 0; round < 3; ++round) CHECK(wait_for("host/memory", replace));
}

TEST_CASE_FIXTURE(Fixture, "an entry that is refused does not hold up the others") {
  port.answer_with([](auto items) {
    const bool is_memory = items[0].publication.topic == "host/memory";
    return is_memory ? PublishAnswer{Answer::refused, 0, {protocol::ErrorCode::forbidden, ""}}
                     : PublishAnswer{};
  });
  open("");
  CHECK(wait_for("host/load", replace));
  CHECK(wait_for("host/uptime", replace));
}

}  // namespace weir::adapters::host
