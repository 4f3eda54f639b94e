#pragma once

#include "adapters/host/sample.hpp"

#include <string>
#include <vector>

namespace weir::adapters::host {

/// One topic and its value.
struct HostTopic {
  std::string topic;
  std::string json;
};

/// What two samples, the second some time after the first, say: the topics of README.md. Rates come
/// from the differences; a counter that went backwards counts as standing still. What only one of
/// them has is left out where it is a rate.
[[nodiscard]] std::vector<HostTopic> describe(const Sample& before, const Sample& now);

/// What one sample says alone: all that is no rate.
[[nodiscard]] std::vector<HostTopic> describe(const Sample& now);

}  // namespace weir::adapters::host
