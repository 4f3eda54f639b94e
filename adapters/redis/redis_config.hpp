#pragma once

#include "adapters/common/broker_config.hpp"
#include "adapters/common/broker_url.hpp"
#include "adapters/common/message_mapping.hpp"
#include "adapters/common/text_template.hpp"
#include "adapters/common/topic_inverse.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::redis {

constexpr common::UrlScheme url_scheme{.name = "redis",
                                       .port = 6379,
                                       .tls_name = "",
                                       .tls_port = 0,
                                       .path = "database",
                                       .has_users = false};

/// Of channels: what Redis calls glob-style patterns.
[[nodiscard]] common::SubjectSyntax subject_syntax(char separator);

/// Where a stream is read from when the adapter begins.
enum class From : std::uint8_t { oldest, newest };

enum class Target : std::uint8_t { channel, stream };

/// The adapter's own keys; README.md explains them.
struct RedisConfig {
  std::vector<common::BrokerUrl> brokers;
  std::vector<std::string> channels;  ///< with globs; at most one of the two is not empty
  std::vector<std::string> streams;
  From from = From::newest;
  std::string payload;   ///< the field of a stream's entry that is the body; empty: all of them
  char separator = ':';  ///< of words in names
  bool on_demand = false;
  common::MappingConfig mapping;
  common::Patience patience;
  bool upstream = false;
  Target target = Target::channel;
  common::TextTemplate publish_name;  ///< of the channel or stream
  std::int64_t publish_maxlen = 0;    ///< of the stream; 0: it grows

  [[nodiscard]] bool reads() const { return !channels.empty() || !streams.empty(); }
};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] RedisConfig parse_config(std::string_view json);

/// Whether the name of a channel is a pattern.
[[nodiscard]] bool is_glob(std::string_view channel);

}  // namespace weir::adapters::redis
