#include "protocol/core/topic.hpp"

#include "protocol/core/limits.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol {
namespace {

/// `count` levels of one character.
std::string levels(std::size_t count) {
  std::string topic = "a";
  while (--count > 0) topic += "/a";
  return topic;
}

std::vector<std::string_view> split(std::string_view name) {
  std::vector<std::string_view> parts;
  for (auto slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    parts.push_back(name.substr(0, slash));
    name.remove_prefix(slash + 1);
  }
  parts.push_back(name);
  return parts;
}

using Levels = std::vector<std::string_view>;

/// The rules of design section 2 word by word, on split levels from an index on.
bool matches_by_rule(const Levels& filter, const Levels& topic, std::size_t at = 0) {
  if (at == filter.size()) return at == topic.size();
  if (filter[at] == "#") {
    for (auto i = at; i < topic.size(); ++i) {
      if (topic[i].starts_with("$")) return false;
    }
    return true;
  }
  if (at == topic.size()) return false;
  const bool level_matches =
      filter[at] == "+" ? !topic[at].starts_with("$") : filter[at] == topic[at];
  return level_matches && matches_by_rule(filter, topic, at + 1);
}

/// Every name of 1 to `count` levels out of `words`.
std::vector<std::string> all_names(const std::vector<std::string>& words, std::size_t count) {
  std::vector<std::string> names;
  std::vector<std::string> longest{""};
  for (std::size_t level = 0; level < count; ++level) {
    std::vector<std::string> longer;
    for (const auto& prefix : longest) {
      for (const auto& word : words) longer.push_back(prefix.empty() ? word : prefix + "/" + word);
    }
    names.insert(names.end(), longer.begin(), longer.end());
    longest = std::move(longer);
  }
  return names;
}

}  // namespace

TEST_CASE("names that are both topic and filter") {
  const std::string longest(topic_bytes_max, 'x');
  const std::string deepest = levels(topic_levels_max);
  for (const std::string_view name : {std::string_view("a"),
                                      std::string_view("quotes/AAPL"),
                                      std::string_view(" "),
                                      std::string_view("a b/c.d-e_f"),
                                      std::string_view("$weir/adapters/feed"),
                                      std::string_view("a/$b"),
                                      std::string_view("k\xC3\xB6ln/\xE2\x82\xAC"),
                                      std::string_view(longest),
                                      std::string_view(deepest)}) {
    CAPTURE(name);
    CHECK(check_topic(name));
    CHECK(check_filter(name));
    CHECK_FALSE(is_pattern(name));
    CHECK(matches(name, name));
  }
}

TEST_CASE("names that are neither topic nor filter say which rule they break") {
  struct Row {
    std::string_view name;
    std::string text;
    std::string_view fault;
  };
  const Row rows[] = {
      {"empty", "", "is empty"},
      {"one byte too long", std::string(topic_bytes_max + 1, 'x'), "is longer than 255 bytes"},
      {"one level too many", levels(topic_levels_max + 1), "has more than 16 levels"},
      {"only a slash", "/", "has an empty level"},
      {"leading slash", "/a", "has an empty level"},
      {"trailing slash", "a/", "has an empty level"},
      {"double slash", "a//b", "has an empty level"},
      {"NUL", std::string("a\0b", 3), "has a control character"},
      {"line feed", "a\nb", "has a control character"},
      {"last control character of ASCII", "a\x1F", "has a control character"},
      {"DEL", "a\x7F", "has a control character"},
      {"not UTF-8", "a\xFF", "is not UTF-8"},
      {"cut UTF-8", "a\xE2\x82", "is not UTF-8"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto as_topic = check_topic(row.text);
    REQUIRE_FALSE(as_topic);
    CHECK(as_topic.error().code == ErrorCode::bad_topic);
    CHECK(as_topic.error().detail == "topic " + std::string(row.fault));
    const auto as_filter = check_filter(row.text);
    REQUIRE_FALSE(as_filter);
    CHECK(as_filter.error().code == ErrorCode::bad_filter);
    CHECK(as_filter.error().detail == "filter " + std::string(row.fault));
  }
}

TEST_CASE("patterns are filters, and no topics") {
  for (const std::string_view filter :
       {"+", "#", "+/+", "a/+", "+/a", "a/+/b", "a/#", "+/#", "$weir/#", "$weir/+"}) {
    CAPTURE(filter);
    CHECK(check_filter(filter));
    CHECK(is_pattern(filter));
    const auto as_topic = check_topic(filter);
    REQUIRE_FALSE(as_topic);
    CHECK(as_topic.error().code == ErrorCode::bad_topic);
  }
}

TEST_CASE("a wildcard must be a whole level, and '#' the last one") {
  for (const std::string_view filter :
       {"a+", "+a", "++", "a/b+", "a#", "#a", "##", "a/#b", "+#", "#/a", "#/#", "a/#/b", "#/+"}) {
    CAPTURE(filter);
    const auto result = check_filter(filter);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::bad_filter);
  }
}

TEST_CASE("wildcards match levels, parents, and nothing that starts with '$'") {
  struct Row {
    std::string_view filter;
    std::string_view topic;
    bool expected;
  };
  const Row rows[] = {
      {"quotes/AAPL", "quotes/AAPL", true},
      {"quotes/AAPL", "quotes/aapl", false},
      {"quotes/AAP", "quotes/AAPL", false},
      {"quotes", "quotes/AAPL", false},
      {"quotes/AAPL", "quotes", false},
      {"quotes/+", "quotes/AAPL", true},
      {"quotes/+", "quotes", false},
      {"quotes/+", "quotes/a/b", false},
      {"+/AAPL", "quotes/AAPL", true},
      {"+", "quotes", true},
      {"+", "quotes/AAPL", false},
      {"#", "quotes", true},
      {"#", "quotes/a/b/c", true},
      {"quotes/#", "quotes/a/b", true},
      {"quotes/#", "quotes", true},
      {"quotes/#", "quotesx", false},
      {"quotes/+/#", "quotes", false},
      {"quotes/+/#", "quotes/a", true},
      {"#", "$weir", false},
      {"#", "$weir/adapters", false},
      {"#", "a/$b", false},
      {"+", "$weir", false},
      {"+/b", "$weir/b", false},
      {"$weir/#", "$weir/adapters/feed", true},
      {"$weir/+", "$weir/adapters", true},
      {"$weir/+", "$weir/$hidden", false},
      {"$weir/$hidden", "$weir/$hidden", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.filter);
    CAPTURE(row.topic);
    CHECK(matches(row.filter, row.topic) == row.expected);
  }
}

TEST_CASE("matching agrees with the rules for every filter and topic of up to four levels") {
  const auto topics = all_names({"a", "b", "$s"}, 4);
  std::size_t compared = 0;
  std::size_t mismatches = 0;
  for (const auto& filter : all_names({"a", "b", "$s", "+", "#"}, 4)) {
    if (!check_filter(filter)) continue;
    const auto filter_levels = split(filter);
    for (const auto& topic : topics) {
      ++compared;
      if (matches(filter, topic) == matches_by_rule(filter_levels, split(topic))) continue;
      ++mismatches;
      MESSAGE("filter " << filter << ", topic " << topic);
    }
  }
  CHECK(mismatches == 0);
  CHECK(compared > 50'000);
}

TEST_CASE("filters compare as the sets of topics that they match") {
  // Topics one level longer than the filters, with a word that no filter has.
  const auto topics = all_names({"a", "b", "$s"}, 4);
  std::vector<std::string> filters;
  for (const auto& name : all_names({"a", "$s", "+", "#"}, 3)) {
    if (check_filter(name)) filters.push_back(name);
  }
  std::vector<std::vector<bool>> matched(filters.size());
  for (std::size_t i = 0; i < filters.size(); ++i) {
    for (const auto& topic : topics) matched[i].push_back(matches(filters[i], topic));
  }
  for (std::size_t i = 0; i < filters.size(); ++i) {
    for (std::size_t j = 0; j < filters.size(); ++j) {
      bool do_overlap = false;
      bool does_cover = true;
      for (std::size_t t = 0; t < topics.size(); ++t) {
        do_overlap = do_overlap || (matched[i][t] && matched[j][t]);
        does_cover = does_cover && (matched[i][t] || !matched[j][t]);
      }
      CAPTURE(filters[i]);
      CAPTURE(filters[j]);
      CHECK(overlap(filters[i], filters[j]) == do_overlap);
      CHECK(covers(filters[i], filters[j]) == does_cover);
    }
  }
  CHECK(filters.size() > 40);
}

TEST_CASE("levels are taken one by one until none is left") {
  std::string_view rest = "a/bc/d";
  CHECK(next_level(rest) == "a");
  CHECK(rest == "bc/d");
  CHECK(next_level(rest) == "bc");
  CHECK(next_level(rest) == "d");
  CHECK(rest.data() == nullptr);
}

}  // namespace weir::protocol
