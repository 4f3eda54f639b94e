#pragma once

#include "adapters/common/broker_url.hpp"
#include "adapters/common/config_reader.hpp"
#include "adapters/common/message_mapping.hpp"
#include "adapters/common/tls_options.hpp"
#include "adapters/common/topic_inverse.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>
#include <weir/adapter.hpp>

// Keys that all adapters for brokers have.
// Errors: abi::Failure - names the key and what was expected.
namespace weir::adapters::common {

/// A mistake of a key.
[[noreturn]] void refuse_key(std::string_view key, const std::string& problem);

/// Reads `brokers`: calls `take` with each URL, which returns what is wrong with it.
void read_brokers(ConfigReader& reader,
                  std::string_view example,
                  const std::function<std::string(std::string_view url)>& take);
/// The same for brokers that need no more than their URL.
[[nodiscard]] std::vector<BrokerUrl> read_brokers(ConfigReader& reader,
                                                  std::string_view example,
                                                  const UrlScheme& scheme);

/// How a broker is reached, and lost.
struct Patience {
  std::chrono::milliseconds heartbeat{10000};
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds reconnect_max{10000};
};

/// Reads `heartbeat_ms` (whole seconds), `connect_timeout_ms` and `reconnect_max_ms`.
[[nodiscard]] Patience read_patience(ConfigReader& reader);

/// Reads `remembered_ids`.
[[nodiscard]] std::size_t read_remembered_ids(ConfigReader& reader);

/// Reads `tls`, which goes with brokers whose URLs begin with `scheme`, and checks its files.
/// `is_asked_for`: there is such a broker.
[[nodiscard]] TlsOptions read_broker_tls(ConfigReader& reader,
                                         bool is_asked_for,
                                         std::string_view scheme);
template <class Broker>
[[nodiscard]] TlsOptions read_broker_tls(ConfigReader& reader,
                                         const std::vector<Broker>& brokers,
                                         std::string_view scheme) {
  return read_broker_tls(reader, std::ranges::any_of(brokers, &Broker::has_tls), scheme);
}

/// What `on_demand = true` means: only an adapter that owns topics is told what is wanted, and the
/// template of the topic must lead back to the subjects.
[[nodiscard]] TopicInverse on_demand_within(const std::vector<std::string>& patterns,
                                            const SubjectSyntax& syntax,
                                            const MappingConfig& mapping,
                                            const abi::Settings& settings);

}  // namespace weir::adapters::common
