#pragma once

#include "gateway/config/config_mistake.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::gateway::config {

struct Member;

/// One value of the file, with where it stands: what is left of TOML once it is parsed.
struct Node {
  using Array = std::vector<Node>;
  using Table = std::vector<Member>;
  struct Date {};  ///< dates and times: no key of ours takes one

  std::variant<bool, std::int64_t, double, std::string, Array, Table, Date> value;
  Place place;

  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&value); }
  [[nodiscard]] const Table* table() const { return std::get_if<Table>(&value); }
  /// The value of this key, or nullptr where there is none or this is no table.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Member {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// Gives a table this key, in place of the value that it has.
void set(Node& table, std::string_view key, Node value);

/// Text of the file as it may stand in a message: in quotes, without control characters, cut.
[[nodiscard]] std::string quoted(std::string_view text);

/// What a value is, for people.
/// Shape:  `is 70000`, `is the text "abc"`, `is a list`; long text is cut.
[[nodiscard]] std::string describe(const Node& node);

}  // namespace weir::gateway::config
