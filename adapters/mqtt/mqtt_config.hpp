#pragma once

#include "adapters/common/broker_config.hpp"
#include "adapters/common/broker_url.hpp"
#include "adapters/common/message_mapping.hpp"
#include "adapters/common/text_template.hpp"
#include "adapters/common/tls_options.hpp"
#include "adapters/common/topic_inverse.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::mqtt {

constexpr common::UrlScheme url_scheme{
    .name = "mqtt", .port = 1883, .tls_name = "mqtts", .tls_port = 8883, .path = ""};
constexpr common::MessageWords message_words{
    .subject = "topic", .separator = '/', .headers = "property", .origin = ""};
constexpr common::SubjectSyntax subject_syntax{.separator = '/',
                                               .any_word = "+",
                                               .any_rest = "#",
                                               .rest_min = 0,
                                               .not_in_words = "+#",
                                               .escaped = ""};

/// Of the protocol.
enum class Version : std::uint8_t { v3_1_1, v5 };

/// The adapter's own keys; README.md explains them.
struct MqttConfig {
  std::vector<common::BrokerUrl> brokers;
  common::TlsOptions tls;
  std::vector<std::string> filters;
  std::string client_id;  ///< empty: a new one, whose session ends with its connection
  std::chrono::seconds session{3600};
  common::MappingConfig mapping;
  std::size_t remembered_ids = 65536;
  common::Patience patience;
  common::TextTemplate publish_topic;
  int qos = 0;  ///< of what is subscribed to: 0 or 1
  Version version = Version::v5;
  bool on_demand = false;
  bool upstream = false;
  bool publish_retain = false;

  /// The broker keeps what comes while we are away.
  [[nodiscard]] bool has_session() const { return !client_id.empty(); }
};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] MqttConfig parse_config(std::string_view json);

}  // namespace weir::adapters::mqtt
