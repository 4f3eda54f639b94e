#pragma once

#include "adapters/common/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::adapters::amqp {

/// Puts together one message of its frames: method, header, bodies. Keeps no body above its limit,
/// and allocates by what has come, not by what was declared.
/// Source: AMQP 0-9-1, 2.3.5.2.
class ContentAssembler {
public:
  explicit ContentAssembler(std::uint64_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  /// A method that content follows. False: the content before it is not whole.
  [[nodiscard]] bool begin(common::Message delivery);
  /// False: no header may come here.
  [[nodiscard]] bool on_header(std::uint64_t body_bytes);
  /// False: no body may come here, or it is longer than declared.
  [[nodiscard]] bool on_body(std::string_view bytes);

  /// What the properties of the header belong to.
  [[nodiscard]] common::Message& content() { return delivery_; }
  [[nodiscard]] bool is_whole() const { return stage_ == Stage::whole; }
  [[nodiscard]] common::Message take();

private:
  enum class Stage : std::uint8_t { idle, header, body, whole };

  std::uint64_t body_bytes_max_;
  Stage stage_ = Stage::idle;
  common::Message delivery_;
  std::uint64_t seen_bytes_ = 0;
};

}  // namespace weir::adapters::amqp
