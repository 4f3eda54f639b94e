#pragma once

#include "adapters/common/text_template.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::common {

/// How a broker writes subjects and patterns of them.
struct SubjectSyntax {
  char separator = '.';           ///< of words
  std::string_view any_word;      ///< a pattern's word that stands for one
  std::string_view any_rest;      ///< a pattern's last word that stands for several
  std::size_t rest_min = 0;       ///< for how many at least
  std::string_view not_in_words;  ///< characters that a subject's words cannot have
  std::string_view escaped;       ///< characters before which a pattern needs a backslash
};

/// What to subscribe to at a broker.
struct SubjectPattern {
  std::string text;
  bool is_exact = true;  ///< one subject; else it has a wildcard
  friend bool operator==(const SubjectPattern&, const SubjectPattern&) = default;
};

/// From filters of the gateway back to the subjects of a broker: the template of the topic read
/// backwards, within the patterns that the configuration names. With the pattern `quotes.*.*` and
/// the topic `quotes/{subject[2]}`, `quotes/AAPL` is `quotes.*.AAPL`.
class TopicInverse {
public:
  struct Options {
    const TextTemplate& topic;
    std::string_view subject;           ///< the variable's name
    std::vector<std::string> patterns;  ///< of the configuration
    SubjectSyntax syntax;
  };

  /// Errors: abi::Failure - why the template cannot be read backwards.
  explicit TopicInverse(const Options& options);

  /// Shape:  all subjects whose topics match the filter, and perhaps more; each pattern of the
  ///         configuration gives at most two. Empty: no subject can have such a topic.
  [[nodiscard]] std::vector<SubjectPattern> subjects_of(std::string_view filter) const;

private:
  /// A word of a pattern: what it must be; nullopt: anything.
  using Words = std::vector<std::optional<std::string>>;

  struct Pattern {
    Words words;
    bool has_rest = false;
  };
  /// What a filter says of a subject.
  struct Wish {
    Words words;
    bool is_exact = false;  ///< it has so many words and no more
  };

  [[nodiscard]] Pattern parse(const std::string& text) const;
  [[nodiscard]] std::optional<Wish> wish_of(std::string_view filter) const;
  [[nodiscard]] bool add_rest(std::string_view filter, std::size_t first, Wish& wish) const;
  [[nodiscard]] bool set(std::size_t index, std::string_view level, Wish& wish) const;
  void add(Pattern pattern, const Wish& wish, std::vector<SubjectPattern>& out) const;
  [[nodiscard]] SubjectPattern join(const Words& words, bool has_rest) const;

  SubjectSyntax syntax_;
  std::vector<TemplateLevel> levels_;
  std::vector<Pattern> patterns_;
};

}  // namespace weir::adapters::common
