#include "tests/tidy/word_checks.hpp"

#include "tests/tidy/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace weir::tests::tidy {

namespace {

constexpr std::array searched_endings{".cpp",
                                      ".hpp",
                                      ".h",
                                      ".c",
                                      ".ts",
                                      ".mjs",
                                      ".js",
                                      ".py",
                                      ".cmake",
                                      "CMakeLists.txt",
                                      ".html",
                                      ".css"};

bool is_searched(std::string_view path) {
  return std::any_of(searched_endings.begin(), searched_endings.end(), [path](const char* ending) {
    return path.ends_with(ending);
  });
}

bool is_in_any(std::string_view path, const std::vector<std::string>& places) {
  return std::any_of(places.begin(), places.end(), [path](const std::string& place) {
    return is_in(path, place);
  });
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Whether `word` stands in `line` as a whole word: `detached` is not in `detached_count`.
bool has_word(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const bool begins =
        at == 0 || !is_word_character(word.front()) || !is_word_character(line[at - 1]);
    const auto end = at + word.size();
    const bool ends =
        end == line.size() || !is_word_character(word.back()) || !is_word_character(line[end]);
    if (begins && ends) return true;
  }
  return false;
}

std::string place_of(const SourceFile& file, std::size_t line) {
  return file.path + ":" + std::to_string(line);
}

/// A TODO that is followed by an issue's number.
bool has_number(std::string_view after) {
  if (!after.starts_with("(#")) return false;
  after.remove_prefix(2);
  const auto end = after.find(')');
  return end != 0 && end != std::string_view::npos &&
         std::all_of(after.begin(),
                     after.begin() + static_cast<std::ptrdiff_t>(end),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

void search(const SourceFile& file,
            const BannedWord& banned,
            std::string_view text,
            Violations& out) {
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (has_word(line, banned.word))
      out.push_back({place_of(file, number),
                     "`" + banned.word + "` is banned here; instead: " + banned.instead});
  }
}

}  // namespace

std::vector<BannedWord> parse_banned(std::string_view text) {
  std::vector<BannedWord> words;
  Comments comments = Comments::ignored;
  for (std::string_view line : lines_of(text)) {
    line = trimmed(line);
    if (line.empty() || line.starts_with("# ")) continue;
    if (line == "[code]" || line == "[comments too]") {
      comments = line == "[code]" ? Comments::ignored : Comments::searched;
      continue;
    }
    const auto columns = columns_of(line);
    if (columns.size() != 4 || columns[0].empty() || columns[1].empty())
      throw std::runtime_error("banned.txt: expected `word | where | except | instead` in: " +
                               std::string(line));
    words.push_back({columns[0], words_of(columns[1]), words_of(columns[2]), columns[3], comments});
  }
  return words;
}

Violations check_banned(const SourceTree& tree, const std::vector<BannedWord>& words) {
  Violations violations;
  for (const SourceFile& file : tree.files) {
    if (!is_searched(file.path)) continue;
    const std::string code = is_cpp_source(file.path) ? without_comments(file.text) : file.text;
    for (const BannedWord& banned : words) {
      if (!is_in_any(file.path, banned.places) || is_in_any(file.path, banned.exceptions)) continue;
      search(file, banned, banned.comments == Comments::ignored ? code : file.text, violations);
    }
  }
  return violations;
}

Violations check_todos(const SourceTree& tree) {
  constexpr std::string_view word = "TODO";
  Violations violations;
  for (const SourceFile& file : tree.files) {
    if (!is_searched(file.path) || is_in(file.path, "tests/tidy")) continue;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(file.text)) {
      ++number;
      const auto at = line.find(word);
      if (at != std::string_view::npos && !has_number(line.substr(at + word.size())))
        violations.push_back({place_of(file, number), "a TODO names its issue: TODO(#12)"});
    }
  }
  return violations;
}

}  // namespace weir::tests::tidy
