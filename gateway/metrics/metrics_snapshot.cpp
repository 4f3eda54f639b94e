#include "gateway/metrics/metrics_snapshot.hpp"

#include "gateway/metrics/metric_table.hpp"

#include <algorithm>
#include <cassert>

namespace weir::gateway::metrics {

void LabelledCounts::add(std::initializer_list<std::string_view> values, std::uint64_t count) {
  counts_[Values(values.begin(), values.end())] += count;
}

LabelledCounts& LabelledCounts::operator+=(const LabelledCounts& other) {
  for (const auto& [values, count] : other.counts_) counts_[values] += count;
  return *this;
}

MetricsSnapshot& MetricsSnapshot::operator+=(const MetricsSnapshot& other) {
  for (const auto& metric : metric_table()) {
    std::visit([&](auto member) { this->*member += other.*member; }, metric.value);
  }
  return *this;
}

void set_adapter_state(MetricsSnapshot& snapshot,
                       std::string_view adapter,
                       std::string_view state) {
  assert(std::ranges::find(adapter_states, state) != adapter_states.end());
  for (const auto each : adapter_states) {
    snapshot.adapter_state.add({adapter, each}, each == state ? 1 : 0);
  }
}

}  // namespace weir::gateway::metrics
