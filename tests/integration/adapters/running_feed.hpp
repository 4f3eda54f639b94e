#pragma once

#include "adapters/abi/adapter_instance.hpp"
#include "adapters/tcp/tcp_adapter.hpp"
#include "tests/integration/adapters/feed_peer.hpp"
#include "tests/support/recording_port.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace weir::tests {

/// The tcp adapter, through the ABI, with a gateway that only records.
struct RunningFeed {
  RecordingPort port;
  adapters::abi::AdapterInstance instance;

  explicit RunningFeed(const std::string& config)
      : instance(
            adapters::abi::checked_code(adapters::tcp::weir_tcp_adapter_entry(WEIR_ABI_VERSION),
                                        adapters::abi::Trust::built_in),
            {.name = "feed", .config_json = config, .topics = {}},
            port) {
    instance.start();
  }

  [[nodiscard]] std::uint16_t listening_port() const {
    const auto reports = port.reports<adapters::abi::ListeningReport>();
    REQUIRE(reports.size() == 1);
    const std::string& url = reports[0].url;
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }
  FeedPeer connect() const { return FeedPeer::connect(listening_port()); }

  /// Gives these entries offsets.
  void acknowledge(const std::vector<adapters::abi::PublishItem>& items) {
    std::vector<adapters::abi::Receipt> receipts;
    for (const auto& item : items) {
      if (item.wish != adapters::abi::ReceiptWish::always) continue;
      receipts.push_back(
          {item.receipt, protocol::Position{.epoch = "k", .offset = receipts.size() + 1}});
    }
    instance.receipts(receipts);
  }
};

}  // namespace weir::tests
