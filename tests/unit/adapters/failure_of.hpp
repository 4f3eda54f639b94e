#pragma once

#include "adapters/abi/adapter.hpp"

#include <string>

namespace weir::adapters {

/// What is wrong with a configuration by the function that reads it; empty: nothing.
template <class Parse>
[[nodiscard]] std::string failure_of(const Parse& parse, const std::string& json) {
  try {
    static_cast<void>(parse(json));
  } catch (const abi::Failure& failure) {
    return failure.what();
  }
  return {};
}

}  // namespace weir::adapters
