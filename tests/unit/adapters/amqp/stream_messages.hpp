#pragma once

#include "adapters/amqp/stream_config.hpp"
#include "adapters/common/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace weir::adapters::amqp {

/// A message of a stream, whose topic is its routing key.
inline common::Message stream_message(std::uint64_t offset,
                                      std::string topic = "t",
                                      std::string body = {},
                                      std::uint64_t tag = 0) {
  common::Message message;
  message.tag = tag == 0 ? offset + 1 : tag;
  message.subject = std::move(topic);
  message.body = body.empty() ? std::to_string(offset) : std::move(body);
  message.body_bytes = message.body.size();
  message.headers.emplace_back("x-stream-offset", std::to_string(offset));
  return message;
}

/// `more`: further keys, each with a comma before it.
inline StreamConfig stream_config(const std::string& more = {}) {
  return parse_stream_config(R"({"brokers":["amqp://b"],"stream":"s","epoch":"e1")" + more + "}");
}

}  // namespace weir::adapters::amqp
