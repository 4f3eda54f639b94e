#include "adapters/common/topic_inverse.hpp"

#include "adapters/abi/adapter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace weir::adapters::common {
namespace {

constexpr SubjectSyntax nats{.separator = '.',
                             .any_word = "*",
                             .any_rest = ">",
                             .rest_min = 1,
                             .not_in_words = "*> \t",
                             .escaped = ""};
constexpr SubjectSyntax mqtt{.separator = '/',
                             .any_word = "+",
                             .any_rest = "#",
                             .rest_min = 0,
                             .not_in_words = "+#",
                             .escaped = ""};
constexpr SubjectSyntax redis{.separator = ':',
                              .any_word = "*",
                              .any_rest = "*",
                              .rest_min = 1,
                              .not_in_words = "",
                              .escaped = "*?[]\\"};

TopicInverse inverse(const SubjectSyntax& syntax,
                     const std::string& topic,
                     const std::vector<std::string>& patterns) {
  const std::array variables{TemplateVariable{
      .name = "subject", .shape = VariableShape::words, .separator = syntax.separator}};
  const TextTemplate text({.key = "topic", .text = topic, .variables = variables});
  return TopicInverse(
      {.topic = text, .subject = "subject", .patterns = patterns, .syntax = syntax});
}

/// The patterns with a blank between them; an exact one in quotes.
std::string subjects(const TopicInverse& inverse, const std::string& filter) {
  std::string all;
  for (const SubjectPattern& subject : inverse.subjects_of(filter)) {
    if (!all.empty()) all += ' ';
    all += subject.is_exact ? "'" + subject.text + "'" : subject.text;
  }
  return all;
}

std::string failure_of(const std::string& topic, const std::vector<std::string>& patterns) {
  try {
    static_cast<void>(inverse(redis, topic, patterns));
  } catch (const abi::Failure& failure) {
    return failure.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a filter leads back to the subjects whose topics it matches") {
  struct Row {
    const char* name;
    const SubjectSyntax& syntax;
    const char* topic;
    const char* pattern;
    const char* filter;
    const char* expected;
  };
  for (const Row& row : {
           Row{"one word", nats, "quotes/{subject[1]}", "q.*", "quotes/A", "'q.A'"},
           Row{"any word", nats, "quotes/{subject[1]}", "q.*", "quotes/+", "q.*"},
           Row{"any levels", nats, "quotes/{subject[1]}", "q.*", "quotes/#", "q.*"},
           Row{"everything", nats, "quotes/{subject[1]}", "q.*", "#", "q.*"},
           Row{"another literal", nats, "quotes/{subject[1]}", "q.*", "trades/A", ""},
           Row{"any literal", nats, "quotes/{subject[1]}", "q.*", "+/A", "'q.A'"},
           Row{"not so deep", nats, "quotes/{subject[1]}", "q.*", "quotes", ""},
           Row{"too deep", nats, "quotes/{subject[1]}", "q.*", "quotes/A/b", ""},
           Row{"a level behind", nats, "quotes/{subject[1]}", "q.*", "quotes/A/#", "'q.A'"},
           Row{"a word between", nats, "quotes/{subject[2]}", "q.*.*", "quotes/A", "q.*.A"},
           Row{"the other way round", nats, "{subject[1]}/{subject[0]}", "*.*", "a/b", "'b.a'"},
           Row{"twice the same", nats, "{subject[1]}/{subject[1]}", "q.*", "a/b", ""},
           Row{"a fixed word", nats, "{subject[0]}/{subject[1]}", "q.*", "q/+", "q.*"},
           Row{"not the fixed word", nats, "{subject[0]}/{subject[1]}", "q.*", "x/+", ""},
           Row{"a dot is no word", nats, "{subject[1]}", "q.*", "a.b", ""},
           Row{"some of a rest", nats, "x/{subject[1]}", "q.>", "x/a", "'q.a' q.a.>"},
           Row{"all of a rest", nats, "x/{subject[1:]}", "q.>", "x/#", "q.>"},
           Row{"a rest exactly", nats, "x/{subject[1:]}", "q.>", "x/a/b", "'q.a.b'"},
           Row{"a rest in part", nats, "x/{subject[1:]}", "q.>", "x/a/#", "'q.a' q.a.>"},
           Row{"a rest with any", nats, "x/{subject[1:]}", "q.>", "x/+/b", "q.*.b"},
           Row{"longer than the pattern", nats, "x/{subject[1:]}", "q.*", "x/a/b", ""},
           Row{"shorter than the pattern", nats, "x/{subject[1:]}", "q.*.*", "x/a", ""},
           Row{"an empty rest", mqtt, "{subject[0:]}", "a/#", "a", "'a'"},
           Row{"a rest that may be empty", mqtt, "{subject[0:]}", "a/#", "a/b/#", "a/b/#"},
           Row{"one level", mqtt, "{subject[0:]}", "a/+/c", "a/b/c", "'a/b/c'"},
           Row{"a glob of the last word", redis, "x/{subject[1]}", "q:*", "x/a", "'q:a' q:a:*"},
           Row{"a glob, exactly", redis, "x/{subject[1:]}", "q:*", "x/a/b", "'q:a:b'"},
           Row{"characters of globs", redis, "x/{subject[1:]}", "q:*", "x/a[1]", "'q:a[1]'"},
           Row{"escaped", redis, "x/{subject[1:]}", "q:*", "x/a[1]/#", "'q:a[1]' q:a\\[1\\]:*"},
       }) {
    CAPTURE(row.name);
    const std::string found = subjects(inverse(row.syntax, row.topic, {row.pattern}), row.filter);
    CHECK(found == row.expected);
  }
}

TEST_CASE("each pattern of the configuration has its part") {
  const TopicInverse both = inverse(nats, "x/{subject[1]}", {"a.*", "b.*"});
  CHECK(subjects(both, "x/k") == "'a.k' 'b.k'");
}

TEST_CASE("a template that does not lead back is refused with the reason") {
  struct Row {
    const char* topic;
    const char* pattern;
    const char* part;
  };
  for (const Row& row : {Row{"x-{subject[1]}", "q:*", "a variable must be a whole level"},
                         Row{"{subject[1]}-x", "q:*", "a variable must be a whole level"},
                         Row{"{subject}", "q:*", "it uses {subject} in another way"},
                         Row{"{subject[1:]}/x", "q:*", "[n:] must be its end"},
                         Row{"{subject[1]}{subject[2]}", "q:*", "a variable must be a whole level"},
                         Row{"x/{subject[1]}", "q:a*", "'*' must be a whole word of it"}}) {
    CAPTURE(row.topic);
    const std::string failure = failure_of(row.topic, {row.pattern});
    CAPTURE(failure);
    CHECK(failure.starts_with("key 'on_demand' "));
    CHECK(failure.find(row.part) != std::string::npos);
  }
}

}  // namespace weir::adapters::common
