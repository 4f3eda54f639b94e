#pragma once

#include "adapters/amqp/broker.hpp"
#include "adapters/amqp/stream_start.hpp"
#include "adapters/common/broker_config.hpp"
#include "adapters/common/message_mapping.hpp"
#include "adapters/common/tls_options.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::amqp {

/// The keys of the adapter `amqp_stream`; STREAMS.md explains them.
struct StreamConfig {
  std::vector<Broker> brokers;
  common::TlsOptions tls{.role = common::TlsOptions::Role::client};
  std::string stream;
  std::string epoch;  ///< of its topics: 1..16 of a-z 0-9, the same on every gateway
  StreamStart start = StreamEnd::last;
  std::uint16_t prefetch = 500;
  common::MappingConfig mapping;
  common::Patience patience;
};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] StreamConfig parse_stream_config(std::string_view json);

}  // namespace weir::adapters::amqp
