#pragma once

#include "adapters/common/broker_link.hpp"
#include "adapters/common/intake.hpp"
#include "adapters/common/message_mapping.hpp"
#include "adapters/common/topic_inverse.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::common {

/// What a BrokerFeed is made of.
struct BrokerFeedSetup {
  std::vector<std::string> brokers;  ///< as people see them, without secrets; one at least
  std::chrono::milliseconds reconnect_max{10000};
  MappingConfig mapping;
  std::size_t remembered_ids = 0;
  Acknowledgements acknowledgements = Acknowledgements::wanted;
  bool upstream = false;  ///< what clients publish goes to the broker
  OutgoingConfig outgoing;
  std::optional<TopicInverse> on_demand;  ///< none: everything is subscribed to at once
  /// `interrupt`: a descriptor; dialling ends as soon as it is readable.
  std::function<std::unique_ptr<BrokerLink>(int interrupt)> make_link;
};

/// Takes what a broker delivers and hands it in as entries; publishes there what clients publish.
/// What all adapters for brokers have in common: they say what their configuration means, and talk
/// to their broker through a BrokerLink. One thread does everything; calls of the gateway are
/// passed on to it.
class BrokerFeed : public abi::Adapter {
public:
  BrokerFeed(abi::Host host, BrokerFeedSetup setup);
  ~BrokerFeed() override;
  BrokerFeed(const BrokerFeed&) = delete;
  BrokerFeed& operator=(const BrokerFeed&) = delete;

  void start() override;
  void stop() override;
  void wanted(std::string_view filter) override;
  void unwanted(std::string_view filter) override;
  void resumed() override;
  void receipts(const abi::Receipts& receipts) override;
  void send(abi::PendingSend send, const weir_publication& publication) override;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::common
