#pragma once

#include "adapters/amqp/content_assembler.hpp"
#include "adapters/common/message.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct amqp_frame_t_;   // NOLINT(readability-identifier-naming): theirs
struct amqp_method_t_;  // NOLINT(readability-identifier-naming): theirs

namespace weir::adapters::amqp {

constexpr std::uint16_t consume_channel = 1;
constexpr std::uint16_t publish_channel = 2;
/// A probe that fails takes its channel with it.
constexpr std::uint16_t probe_channel = 3;
/// Of what we publish: its tag, by which we know it when it is given back.
constexpr std::string_view tag_header = "weir-tag";

/// Turns the frames of one connection into what they mean, one after the other.
class FrameReader {
public:
  explicit FrameReader(std::uint64_t body_bytes_max) : deliveries_(body_bytes_max), returns_(0) {}

  /// Shape:  nullopt: the frame says nothing yet, or nothing that we need. Keeps nothing of it.
  /// Errors: one sentence: the broker has ended it, or breaks the protocol.
  [[nodiscard]] protocol::Result<std::optional<common::BrokerEvent>, std::string> on_frame(
      const amqp_frame_t_& frame);

private:
  protocol::Result<std::optional<common::BrokerEvent>, std::string> on_method(
      const amqp_method_t_& method);

  ContentAssembler deliveries_;
  ContentAssembler returns_;
};

}  // namespace weir::adapters::amqp
