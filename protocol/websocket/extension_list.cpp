#include "protocol/websocket/extension_list.hpp"

#include "protocol/websocket/header_list.hpp"

#include <algorithm>

namespace weir::protocol::websocket {
namespace {

constexpr std::string_view not_of_the_grammar = "Sec-WebSocket-Extensions is malformed.";
constexpr std::string_view too_many = "Sec-WebSocket-Extensions has too many elements.";

/// Reads tokens, quoted strings and separators off the front of a header value.
class Scanner {
public:
  explicit Scanner(std::string_view text) : rest_(trim(text)) {}

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

  bool skip(char separator) {
    if (!rest_.starts_with(separator)) return false;
    advance(1);
    return true;
  }

  /// Empty where there is none.
  std::string_view token() {
    std::size_t end = 0;
    while (end < rest_.size() && is_token(rest_.substr(end, 1))) ++end;
    const auto token = rest_.substr(0, end);
    advance(end);
    return token;
  }

  /// A token, or a quoted string whose content is one (RFC 6455, 9.1); nullopt: neither.
  std::optional<std::string> value() {
    std::string value;
    if (!rest_.starts_with('"')) {
      value = token();
    } else {
      std::size_t at = 1;
      while (at < rest_.size() && rest_[at] != '"') {
        if (rest_[at] == '\\') ++at;
        if (at < rest_.size()) value.push_back(rest_[at++]);
      }
      if (at >= rest_.size()) return std::nullopt;
      advance(at + 1);
    }
    return is_token(value) ? std::optional(std::move(value)) : std::nullopt;
  }

private:
  void advance(std::size_t count) {
    rest_.remove_prefix(count);
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }

  std::string_view rest_;
};

Result<Extension, std::string_view> read_extension(Scanner& scanner) {
  Extension extension{.name = scanner.token(), .parameters = {}};
  if (extension.name.empty()) return Unexpected(not_of_the_grammar);
  while (scanner.skip(';')) {
    ExtensionParameter parameter{.name = scanner.token(), .value = {}};
    if (parameter.name.empty()) return Unexpected(not_of_the_grammar);
    if (scanner.skip('=')) {
      parameter.value = scanner.value();
      if (!parameter.value) return Unexpected(not_of_the_grammar);
    }
    if (extension.parameters.size() == extension_parameters_max) return Unexpected(too_many);
    extension.parameters.push_back(std::move(parameter));
  }
  return extension;
}

}  // namespace

Result<std::vector<Extension>, std::string_view> parse_extensions(std::string_view header) {
  std::vector<Extension> extensions;
  Scanner scanner(header);
  while (!scanner.is_at_end()) {
    if (scanner.skip(',')) continue;
    auto extension = read_extension(scanner);
    if (!extension) return Unexpected(extension.error());
    if (extensions.size() == extensions_max) return Unexpected(too_many);
    extensions.push_back(*std::move(extension));
    if (!scanner.is_at_end() && !scanner.skip(',')) return Unexpected(not_of_the_grammar);
  }
  return extensions;
}

}  // namespace weir::protocol::websocket
