#pragma once

#include "adapters/common/broker_config.hpp"
#include "adapters/common/broker_url.hpp"
#include "adapters/common/message_mapping.hpp"
#include "adapters/common/text_template.hpp"
#include "adapters/common/tls_options.hpp"
#include "adapters/common/topic_inverse.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::nats {

constexpr common::UrlScheme url_scheme{
    .name = "nats", .port = 4222, .tls_name = "tls", .tls_port = 4222, .path = ""};
constexpr common::MessageWords message_words{
    .subject = "subject", .separator = '.', .headers = "header", .origin = ""};
constexpr common::SubjectSyntax subject_syntax{.separator = '.',
                                               .any_word = "*",
                                               .any_rest = ">",
                                               .rest_min = 1,
                                               .not_in_words = "*> \t\r\n",
                                               .escaped = ""};

/// The adapter's own keys; README.md explains them.
struct NatsConfig {
  std::vector<common::BrokerUrl> brokers;
  common::TlsOptions tls;
  std::vector<std::string> subjects;  ///< with wildcards
  bool on_demand = false;
  common::MappingConfig mapping;
  std::size_t remembered_ids = 65536;
  common::Patience patience;
  bool upstream = false;
  common::TextTemplate publish_subject;
};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] NatsConfig parse_config(std::string_view json);

/// What is wrong with a subject to subscribe to; nullopt: nothing.
[[nodiscard]] std::optional<std::string> fault_of_pattern(std::string_view subject);
/// What is wrong with a subject to publish to, which has no wildcards.
[[nodiscard]] std::optional<std::string> fault_of_subject(std::string_view subject);

}  // namespace weir::adapters::nats
