#pragma once

#include "protocol/core/json_cursor.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir::clients::cpp {

/// A JSON value that patches can change. Numbers and texts stay as they are written; what it is
/// written as has no blanks, and members in the order of their names.
class JsonDocument {
public:
  /// `value` is of a text that was checked, and nested as deep as the reader of it allows.
  explicit JsonDocument(protocol::JsonValue value) : root_(value) {}

  /// Applies the operations of a JSON Patch in their order.
  /// Shape:  `patch` was checked; operations `add`, `remove` and `replace`.
  ///         false: one does not fit this document, which is of no use any more then.
  /// Source: RFC 6902; RFC 6901 for the paths.
  [[nodiscard]] bool apply(std::string_view patch);
  [[nodiscard]] std::string text() const;

private:
  struct Node {
    explicit Node(protocol::JsonValue value);

    protocol::JsonType type;
    std::string text;  ///< of what is no container
    std::map<std::string, Node> members;
    std::vector<Node> elements;
  };
  struct Operation;

  [[nodiscard]] bool apply(const Operation& operation);
  [[nodiscard]] static Node* find_child(Node& parent, const std::string& token);
  [[nodiscard]] static bool change_member(Node& object,
                                          const std::string& name,
                                          const Operation& operation);
  [[nodiscard]] static bool change_element(Node& array,
                                           const std::string& token,
                                           const Operation& operation);
  static void write(const Node& node, std::string& out);

  Node root_;
};

}  // namespace weir::clients::cpp
