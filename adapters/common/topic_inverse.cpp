#include "adapters/common/topic_inverse.hpp"

#include "adapters/abi/adapter.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>
#include <utility>

namespace weir::adapters::common {

TopicInverse::TopicInverse(const Options& options) : syntax_(options.syntax) {
  auto levels = options.topic.levels(options.subject);
  if (!levels)
    throw abi::Failure(
        "key 'on_demand' needs a 'topic' that leads back to the subject, like \"x/{" +
        std::string(options.subject) + "[1]}\": " + levels.error());
  levels_ = *std::move(levels);
  for (const std::string& pattern : options.patterns) patterns_.push_back(parse(pattern));
}

TopicInverse::Pattern TopicInverse::parse(const std::string& text) const {
  Pattern pattern;
  for (std::string_view rest = text; rest.data() != nullptr;) {
    const auto end = rest.find(syntax_.separator);
    const std::string_view word = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const bool is_last = rest.data() == nullptr;
    if (is_last && word == syntax_.any_rest) {
      pattern.has_rest = true;
    } else if (word == syntax_.any_word) {
      pattern.words.emplace_back();
    } else if (word.find_first_of(syntax_.escaped) == std::string_view::npos) {
      pattern.words.emplace_back(std::string(word));
    } else {
      throw abi::Failure("key 'on_demand' does not go with '" + text + "': '" +
                         std::string(syntax_.any_word) + "' must be a whole word of it");
    }
  }
  return pattern;
}

std::vector<SubjectPattern> TopicInverse::subjects_of(std::string_view filter) const {
  std::vector<SubjectPattern> subjects;
  const auto wish = wish_of(filter);
  if (!wish) return subjects;
  for (const Pattern& pattern : patterns_) add(pattern, *wish, subjects);
  return subjects;
}

std::optional<TopicInverse::Wish> TopicInverse::wish_of(std::string_view filter) const {
  Wish wish;
  for (const TemplateLevel& level : levels_) {
    if (filter.data() == nullptr) return std::nullopt;  // all topics are deeper than that
    if (level.takes_rest) {
      if (!add_rest(filter, *level.word, wish)) return std::nullopt;
      return wish;
    }
    const std::string_view wanted = protocol::next_level(filter);
    if (wanted == "#") return wish;
    if (wanted == "+") continue;
    const bool fits = level.word ? set(*level.word, wanted, wish) : wanted == level.literal;
    if (!fits) return std::nullopt;
  }
  if (filter.data() != nullptr && filter != "#") return std::nullopt;
  return wish;
}

/// The last level of the template: all words from `first` on.
bool TopicInverse::add_rest(std::string_view filter, std::size_t first, Wish& wish) const {
  for (std::size_t index = first; filter.data() != nullptr; ++index) {
    const std::string_view wanted = protocol::next_level(filter);
    if (wanted == "#") return true;
    wish.words.resize(std::max(wish.words.size(), index + 1));
    if (wanted != "+" && !set(index, wanted, wish)) return false;
  }
  wish.is_exact = true;
  return true;
}

/// False: no word can be that.
bool TopicInverse::set(std::size_t index, std::string_view level, Wish& wish) const {
  if (level.find(syntax_.separator) != std::string_view::npos ||
      level.find_first_of(syntax_.not_in_words) != std::string_view::npos)
    return false;
  if (wish.words.size() <= index) wish.words.resize(index + 1);
  auto& word = wish.words[index];
  if (word && *word != level) return false;
  word = level;
  return true;
}

/// What of the pattern the wish leaves.
void TopicInverse::add(Pattern pattern, const Wish& wish, std::vector<SubjectPattern>& out) const {
  const std::size_t own = pattern.words.size();
  std::size_t wished = wish.words.size();
  // what may be anything is what the rest stands for
  while (!wish.is_exact && wished > 0 && !wish.words[wished - 1]) --wished;
  if (wished > own) {
    if (!pattern.has_rest) return;
    pattern.words.resize(wished);
  }
  for (std::size_t i = 0; i < wished; ++i) {
    auto& word = pattern.words[i];
    if (!wish.words[i]) continue;
    if (word && *word != *wish.words[i]) return;
    word = wish.words[i];
  }
  const std::size_t of_rest = pattern.words.size() - own;  // words that stood for some of it
  if (wish.is_exact) {
    const bool fits =
        pattern.words.size() == wished && (!pattern.has_rest || of_rest >= syntax_.rest_min);
    if (fits) out.push_back(join(pattern.words, false));
    return;
  }
  if (pattern.has_rest && of_rest >= syntax_.rest_min && syntax_.rest_min > 0)
    out.push_back(join(pattern.words, false));
  out.push_back(join(pattern.words, pattern.has_rest));
}

SubjectPattern TopicInverse::join(const Words& words, bool has_rest) const {
  SubjectPattern joined;
  joined.is_exact =
      !has_rest && std::ranges::all_of(words, [](const auto& word) { return word.has_value(); });
  bool is_first = true;
  const auto append = [&](std::string_view word) {
    if (!std::exchange(is_first, false)) joined.text += syntax_.separator;
    joined.text += word;
  };
  for (const auto& word : words) {
    if (!word) {
      append(syntax_.any_word);
      continue;
    }
    append({});
    for (const char c : *word) {
      if (!joined.is_exact && syntax_.escaped.find(c) != std::string_view::npos)
        joined.text += '\\';
      joined.text += c;
    }
  }
  if (has_rest) append(syntax_.any_rest);
  return joined;
}

}  // namespace weir::adapters::common
