#include "clients/cpp/json_document.hpp"

#include "protocol/native/json_text.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

namespace weir::clients::cpp {

using protocol::JsonCursor;
using protocol::JsonType;
using protocol::JsonValue;

namespace {

/// The names on a path; none where it is no path, or leads to the root.
std::vector<std::string> tokens_of(std::string_view path) {
  std::vector<std::string> tokens;
  if (!path.starts_with('/')) return tokens;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const bool is_escape = path[at] == '~' && at + 1 < path.size();
    if (path[at] == '/') {
      tokens.emplace_back();
    } else if (is_escape) {
      tokens.back().push_back(path[++at] == '1' ? '/' : '~');
    } else {
      tokens.back().push_back(path[at]);
    }
  }
  return tokens;
}

std::optional<std::size_t> index_of(const std::string& token) {
  std::size_t index = 0;
  const auto* end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, index);
  const bool has_zeros = token.size() > 1 && token[0] == '0';
  if (error != std::errc{} || stop != end || has_zeros) return std::nullopt;
  return index;
}

std::string text_of(const JsonValue& value) {
  return value.type == JsonType::string ? protocol::decode_string(value.text) : std::string();
}

}  // namespace

struct JsonDocument::Operation {
  std::string op;
  std::string path;
  std::optional<JsonValue> value;

  explicit Operation(JsonValue object) {
    if (object.type != JsonType::object) return;
    JsonCursor cursor(object);
    while (const auto member = cursor.next_member()) {
      if (member->name == "op") op = text_of(member->value);
      if (member->name == "path") path = text_of(member->value);
      if (member->name == "value") value = member->value;
    }
  }
  [[nodiscard]] bool is_removal() const { return op == "remove"; }
  [[nodiscard]] bool is_addition() const { return op == "add"; }
  /// Whether it is one of those that a gateway uses.
  [[nodiscard]] bool is_known() const {
    return is_removal() || ((is_addition() || op == "replace") && value);
  }
};

JsonDocument::Node::Node(JsonValue value) : type(value.type) {
  if (type == JsonType::object) {
    JsonCursor cursor(value);
    while (auto member = cursor.next_member()) {
      members.insert_or_assign(std::move(member->name), Node(member->value));
    }
  } else if (type == JsonType::array) {
    JsonCursor cursor(value);
    while (const auto element = cursor.next_element()) elements.emplace_back(*element);
  } else {
    text = value.text;
  }
}

bool JsonDocument::apply(std::string_view patch) {
  JsonCursor cursor(protocol::json_value(patch));
  while (const auto element = cursor.next_element()) {
    if (!apply(Operation(*element))) return false;
  }
  return true;
}

bool JsonDocument::apply(const Operation& operation) {
  if (!operation.is_known()) return false;
  auto tokens = tokens_of(operation.path);
  if (tokens.empty()) {
    if (operation.is_removal() || !operation.path.empty()) return false;
    root_ = Node(*operation.value);
    return true;
  }
  const auto last = std::move(tokens.back());
  tokens.pop_back();
  auto* parent = &root_;
  for (const auto& token : tokens) {
    parent = find_child(*parent, token);
    if (parent == nullptr) return false;
  }
  if (parent->type == JsonType::object) return change_member(*parent, last, operation);
  return parent->type == JsonType::array && change_element(*parent, last, operation);
}

JsonDocument::Node* JsonDocument::find_child(Node& parent, const std::string& token) {
  if (parent.type == JsonType::object) {
    const auto found = parent.members.find(token);
    return found == parent.members.end() ? nullptr : &found->second;
  }
  const auto index = index_of(token);
  return index && *index < parent.elements.size() ? &parent.elements[*index] : nullptr;
}

bool JsonDocument::change_member(Node& object,
                                 const std::string& name,
                                 const Operation& operation) {
  if (operation.is_removal()) return object.members.erase(name) == 1;
  if (!operation.is_addition() && !object.members.contains(name)) return false;
  object.members.insert_or_assign(name, Node(*operation.value));
  return true;
}

bool JsonDocument::change_element(Node& array,
                                  const std::string& token,
                                  const Operation& operation) {
  auto& elements = array.elements;
  const auto index = index_of(token);
  if (!index || *index > elements.size()) return false;
  const auto place = elements.begin() + static_cast<std::ptrdiff_t>(*index);
  if (operation.is_addition()) {
    elements.insert(place, Node(*operation.value));
    return true;
  }
  if (place == elements.end()) return false;
  if (operation.is_removal()) {
    elements.erase(place);
  } else {
    *place = Node(*operation.value);
  }
  return true;
}

std::string JsonDocument::text() const {
  std::string out;
  write(root_, out);
  return out;
}

void JsonDocument::write(const Node& node, std::string& out) {
  if (node.type == JsonType::object) {
    char before = '{';
    for (const auto& [name, value] : node.members) {
      out.push_back(std::exchange(before, ','));
      protocol::native::append_string(name, out);
      out.push_back(':');
      write(value, out);
    }
    out.append(node.members.empty() ? "{}" : "}");
  } else if (node.type == JsonType::array) {
    char before = '[';
    for (const auto& element : node.elements) {
      out.push_back(std::exchange(before, ','));
      write(element, out);
    }
    out.append(node.elements.empty() ? "[]" : "]");
  } else {
    out.append(node.text);
  }
}

}  // namespace weir::clients::cpp
