#pragma once

#include "gateway/session/authorizer.hpp"
#include "gateway/session/limits.hpp"
#include "tests/sim/cell_oracle.hpp"

#include <cstdint>
#include <string_view>

namespace weir::tests::sim {

/// What every client of the simulation may do: everything but secrets, under these ceilings.
class Rights final : public gateway::session::Authorizer {
public:
  explicit Rights(const gateway::session::Ceilings& ceilings) : ceilings_(ceilings) {}

  [[nodiscard]] const gateway::session::Ceilings& ceilings() const { return ceilings_; }
  [[nodiscard]] bool may_subscribe(std::string_view /*filter*/) const override { return true; }
  [[nodiscard]] bool may_read(std::string_view topic) const override { return is_readable(topic); }
  [[nodiscard]] bool may_publish(std::string_view /*topic*/) const override { return true; }
  [[nodiscard]] std::uint64_t bytes_per_s_max() const override { return ceilings_.bytes_per_s; }
  [[nodiscard]] double messages_per_s_max() const override { return ceilings_.messages_per_s; }

private:
  gateway::session::Ceilings ceilings_;
};

}  // namespace weir::tests::sim
