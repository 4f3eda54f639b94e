#include "adapters/common/demand.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace weir::adapters::common {
namespace {

Demand demand_of(const std::string& topic) {
  const std::array variables{TemplateVariable{.name = "subject", .shape = VariableShape::words}};
  const TextTemplate text({.key = "topic", .text = topic, .variables = variables});
  const SubjectSyntax syntax{
      .any_word = "*", .any_rest = ">", .rest_min = 1, .not_in_words = "", .escaped = ""};
  return Demand(
      TopicInverse({.topic = text, .subject = "subject", .patterns = {"a.*"}, .syntax = syntax}));
}

/// "+1 a.b" begins the first one, "-1 a.b" ends it.
std::vector<std::string> texts(const std::vector<DemandStep>& steps) {
  std::vector<std::string> found;
  for (const DemandStep& step : steps) {
    std::string text = (step.begins ? "+" : "-") + std::to_string(step.id);
    for (const SubjectPattern& pattern : step.patterns) text += " " + pattern.text;
    found.push_back(text);
  }
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("what is wanted becomes subscriptions, in order, and again with each connection") {
  Demand demand = demand_of("q/{subject[1]}");
  CHECK(demand.put("q/b", true));
  CHECK(demand.put("q/+", true));
  CHECK(texts(demand.take()) == Texts{"+1 a.b", "+2 a.*"});
  CHECK(demand.take().empty());
  CHECK(texts(demand.resume()) == Texts{"+1 a.b", "+2 a.*"});
  CHECK(demand.put("q/b", false));
  CHECK(demand.put("q/+", false));
  CHECK(texts(demand.take()) == Texts{"-1 a.b", "-2 a.*"});
  CHECK(demand.resume().empty());
}

TEST_CASE("one pattern of two filters is subscribed to once") {
  Demand demand = demand_of("q/{subject[1]}");
  CHECK(demand.put("q/b", true));
  CHECK(demand.put("q/b/#", true));
  CHECK(texts(demand.take()) == Texts{"+1 a.b", "+2"});
  CHECK(texts(demand.resume()) == Texts{"+1 a.b", "+2"});
  CHECK(demand.put("q/b/#", false));
  CHECK(demand.take().empty());
  CHECK(demand.put("q/b", false));
  CHECK(texts(demand.take()) == Texts{"-1 a.b", "-2"});
}

TEST_CASE("where everything is subscribed to nobody asks") {
  Demand demand{std::nullopt};
  CHECK_FALSE(demand.put("q/b", true));
  CHECK(demand.take().empty());
  CHECK(demand.resume().empty());
}

}  // namespace weir::adapters::common
