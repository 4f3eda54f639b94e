#include "gateway/app/topic_owners.hpp"

#include "tests/unit/gateway/app/adapter_config.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::gateway::app {
namespace {

std::vector<config::AdapterConfig> adapters() {
  return {adapter_config("trades", {"trades/#", "fills/+"}),
          adapter_config("feed"),
          adapter_config("orders", {"orders/#"})};
}

}  // namespace

TEST_CASE("a topic belongs to the adapter with a filter that matches") {
  const auto configs = adapters();
  const TopicOwners owners(configs);
  CHECK(owners.find("trades/1") == AdapterIndex{0});
  CHECK(owners.find("fills/1") == AdapterIndex{0});
  CHECK(owners.find("orders") == AdapterIndex{2});
  CHECK(owners.find("fills/1/2") == std::nullopt);
}

TEST_CASE("owners publish to their own topics, the others wherever nobody owns") {
  const auto configs = adapters();
  const TopicOwners owners(configs);
  const struct {
    const char* topic;
    std::vector<bool> allowed;  // by adapter
  } rows[] = {
      {"trades/1", {true, false, false}},
      {"orders/1", {false, false, true}},
      {"quotes/A", {false, true, false}},
      {"$weir/adapters/feed", {false, false, false}},
      {"trades/$internal", {false, false, false}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.topic);
    for (AdapterIndex i = 0; i < 3; ++i) CHECK(owners.may_publish(i, row.topic) == row.allowed[i]);
  }
}

TEST_CASE("demand for a filter concerns every adapter that owns one of its topics") {
  const auto configs = adapters();
  const TopicOwners owners(configs);
  CHECK(owners.find_all("#") == std::vector<AdapterIndex>{0, 2});
  CHECK(owners.find_all("+/1") == std::vector<AdapterIndex>{0, 2});
  CHECK(owners.find_all("trades/eu/#") == std::vector<AdapterIndex>{0});
  CHECK(owners.find_all("quotes/+").empty());
}

}  // namespace weir::gateway::app
