// deploy/docs/METRICS.md lists what /metrics tells, in the same words.
#include "gateway/metrics/metric_table.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::metrics {
namespace {

/// "| `name` | type | labels | meaning |", as the document must have it.
std::string row_of(const MetricInfo& metric) {
  std::string labels;
  for (const auto label : metric.labels()) {
    labels += (labels.empty() ? "`" : ", `") + std::string(label) + "`";
  }
  std::string row =
      "| `" + std::string(metric.name) + "` | " + std::string(name(metric.type)) + " |";
  row += labels.empty() ? " |" : " " + labels + " |";
  return row + " " + std::string(metric.help) + " |";
}

std::vector<std::string> document_lines() {
  std::ifstream file(std::string(WEIR_SOURCE_DIR) + "/deploy/docs/METRICS.md");
  REQUIRE_MESSAGE(file.good(), "deploy/docs/METRICS.md is missing");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> documented_rows() {
  auto rows = document_lines();
  std::erase_if(rows, [](const std::string& line) { return !line.starts_with("| `weir_"); });
  return rows;
}

}  // namespace

TEST_CASE("the document lists every metric, in order, and no other") {
  const auto documented = documented_rows();
  std::vector<std::string> expected;
  for (const auto& metric : metric_table()) expected.push_back(row_of(metric));
  for (std::size_t i = 0; i < std::min(expected.size(), documented.size()); ++i) {
    CHECK(documented[i] == expected[i]);
  }
  CHECK(documented.size() == expected.size());
}

TEST_CASE("every name in the document is a metric") {
  std::set<std::string, std::less<>> known;
  for (const auto& metric : metric_table()) {
    known.insert(std::string(metric.name));
    if (metric.type == MetricType::histogram) known.insert(std::string(metric.name) + "_bucket");
  }
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_";
  for (const auto& line : document_lines()) {
    for (auto at = line.find("weir_"); at != std::string::npos; at = line.find("weir_", at + 1)) {
      const auto end = std::min(line.find_first_not_of(letters, at), line.size());
      const auto name = line.substr(at, end - at);
      if (name == "weir_") continue;  // where names are explained
      CAPTURE(name);
      CHECK(known.contains(name));
    }
  }
}

}  // namespace weir::gateway::metrics
