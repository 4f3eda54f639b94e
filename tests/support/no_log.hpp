#pragma once

#include "gateway/core/log.hpp"

namespace weir::tests {

/// A log that keeps nothing.
class NoLog final : public gateway::Log {
public:
  [[nodiscard]] bool is_enabled(gateway::LogLevel /*level*/) const override { return false; }
  void write(gateway::LogLevel /*level*/,
             std::string_view /*area*/,
             std::string_view /*event*/,
             std::initializer_list<gateway::LogField> /*fields*/) override {}
};

}  // namespace weir::tests
