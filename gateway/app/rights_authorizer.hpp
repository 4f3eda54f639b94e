#pragma once

#include "gateway/auth/rights.hpp"
#include "gateway/session/authorizer.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

namespace weir::gateway::app {

/// What sessions ask about one client's rights. Only read: any thread.
class RightsAuthorizer final : public session::Authorizer {
public:
  explicit RightsAuthorizer(auth::Rights rights) : rights_(std::move(rights)) {}

  [[nodiscard]] bool may_subscribe(std::string_view filter) const override {
    return rights_.may_subscribe(filter);
  }
  [[nodiscard]] bool may_read(std::string_view topic) const override {
    return rights_.may_read(topic);
  }
  [[nodiscard]] bool may_publish(std::string_view topic) const override {
    return rights_.may_publish(topic);
  }
  [[nodiscard]] std::uint64_t bytes_per_s_max() const override { return rights_.bytes_per_s_max(); }
  [[nodiscard]] double messages_per_s_max() const override { return rights_.messages_per_s_max(); }

private:
  auth::Rights rights_;
};

}  // namespace weir::gateway::app
