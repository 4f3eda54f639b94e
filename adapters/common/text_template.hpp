#pragma once

#include "protocol/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::common {

/// What can be asked of a variable.
enum class VariableShape : std::uint8_t {
  text,     ///< {message_id}
  words,    ///< also {routing_key[1]}, the second word, and {routing_key[1:]}, all from it on
  members,  ///< {header[symbol]}
};

/// A variable that a template may use.
struct TemplateVariable {
  std::string_view name;  ///< a literal
  VariableShape shape = VariableShape::text;
  char separator = '.';  ///< of words
};

/// One level of a template that makes a topic.
struct TemplateLevel {
  std::string literal;              ///< what it is, without a variable
  std::optional<std::size_t> word;  ///< it is this word of a variable
  bool takes_rest = false;          ///< and all that follow
};

/// A text with variables in braces, such as `quotes/{routing_key[1]}`: how a name of one world is
/// made of names of another.
class TextTemplate {
public:
  /// `key` and `text` of the configuration.
  struct Options {
    std::string_view key;
    std::string_view text;
    std::span<const TemplateVariable> variables;
    char joint = '/';  ///< between the words of {routing_key[1:]}
  };

  /// The value of a variable, or of one member of it; nullopt: there is none. The view lives until
  /// the next call.
  using Lookup = std::function<std::optional<std::string_view>(std::string_view name,
                                                               std::string_view member)>;

  /// The empty text.
  TextTemplate() = default;
  /// Errors: abi::Failure - names the key, the variable and those that there are.
  explicit TextTemplate(const Options& options);

  /// Appends the text with all variables replaced.
  /// Errors: the variable that has no value; `out` is in between then.
  protocol::Result<void, std::string> expand(const Lookup& lookup, std::string& out) const;

  [[nodiscard]] bool uses(std::string_view name) const;

  /// The template as levels between '/', each a literal or words of the one variable `name`.
  /// Errors: why it is not made like that.
  [[nodiscard]] protocol::Result<std::vector<TemplateLevel>, std::string> levels(
      std::string_view name) const;

private:
  struct Part {
    std::string literal;    ///< before the variable
    std::string_view name;  ///< of TemplateVariable; empty: only the literal
    std::string member;     ///< {header[member]}
    std::optional<std::size_t> word;
    bool takes_rest = false;
    char separator = '.';
  };

  static Part parse_variable(const Options& options, std::string_view inside);
  [[nodiscard]] bool append_words(const Part& part, std::string_view value, std::string& out) const;

  std::vector<Part> parts_;
  char joint_ = '/';
};

}  // namespace weir::adapters::common
