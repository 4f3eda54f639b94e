#pragma once

#include "gateway/session/authorizer.hpp"

#include <cstdint>
#include <string_view>

namespace weir::tests {

/// Everybody may do everything, without limits.
class EverythingAllowed final : public gateway::session::Authorizer {
public:
  [[nodiscard]] bool may_subscribe(std::string_view /*filter*/) const override { return true; }
  [[nodiscard]] bool may_read(std::string_view /*topic*/) const override { return true; }
  [[nodiscard]] bool may_publish(std::string_view /*topic*/) const override { return true; }
  [[nodiscard]] std::uint64_t bytes_per_s_max() const override { return 0; }
  [[nodiscard]] double messages_per_s_max() const override { return 0; }
};

}  // namespace weir::tests
