#pragma once

#include <cstdint>
#include <string_view>

namespace weir::gateway::session {

/// What one identity may do. Asked at subscribe and again for every concrete topic when its cell is
/// made.
class Authorizer {
public:
  virtual ~Authorizer() = default;

  /// Whether some topic that the filter matches might be readable.
  [[nodiscard]] virtual bool may_subscribe(std::string_view filter) const = 0;
  [[nodiscard]] virtual bool may_read(std::string_view topic) const = 0;
  [[nodiscard]] virtual bool may_publish(std::string_view topic) const = 0;
  /// Ceilings of the operator; 0: none.
  [[nodiscard]] virtual std::uint64_t bytes_per_s_max() const = 0;
  [[nodiscard]] virtual double messages_per_s_max() const = 0;
};

}  // namespace weir::gateway::session
