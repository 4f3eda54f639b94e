#pragma once

#include "protocol/core/result.hpp"

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <weir/weir_adapter.h>

namespace weir::adapters::common {

/// The members of one JSON object as the fields of an entry, as they stand.
class JsonFields {
public:
  /// Shape:  the fields refer to `json` until the next `read`.
  /// Errors: bad_request - it is not one JSON object.
  protocol::Result<void> read(std::string_view json);

  [[nodiscard]] std::span<const weir_field> fields() const { return fields_; }
  /// A member as text: strings without quotes, numbers, true and false as they stand. nullopt: it
  /// is not there, or none of these. Lives until the next call.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name);

private:
  std::vector<weir_field> fields_;
  std::deque<std::string> names_;  ///< that had to be unescaped
  std::string text_;
};

/// Whether `text` is one JSON text, as the gateway wants it.
protocol::Result<void> check_json(std::string_view text);

}  // namespace weir::adapters::common
