#include "protocol/core/json_patch.hpp"

#include "protocol/core/json_cursor.hpp"
#include "protocol/core/limits.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace weir::protocol {
namespace {

/// How often a byte may be looked at: the containers around it that differ.
constexpr std::size_t looks_max = 10;

/// Appends a name as a token of a path that stands in a JSON text.
void append_token(std::string_view name, std::string& path) {
  constexpr std::string_view digits = "0123456789abcdef";
  path.push_back('/');
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '~' || c == '/') {
      path.append(c == '~' ? "~0" : "~1");
    } else if (c == '"' || c == '\\') {
      path.push_back('\\');
      path.push_back(c);
    } else if (byte < 0x20) {
      path.append("\\u00").push_back(digits[byte / 16]);
      path.push_back(digits[byte % 16]);
    } else {
      path.push_back(c);
    }
  }
}

using Elements = std::span<const JsonValue>;

bool is_by_name(const JsonMember& a, const JsonMember& b) {
  return a.name < b.name;
}

/// Members by name. None where a path could not tell them apart for every reader.
std::optional<std::vector<JsonMember>> sorted_members(JsonValue object) {
  // What a lone surrogate reads as, for us: readers differ about it.
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::vector<JsonMember> members;
  JsonCursor cursor(object);
  while (auto member = cursor.next_member()) {
    if (member->name.find(replacement) != std::string::npos) return std::nullopt;
    members.push_back(*std::move(member));
  }
  std::ranges::sort(members, is_by_name);
  const auto twice = std::ranges::adjacent_find(members, {}, &JsonMember::name);
  if (twice != members.end()) return std::nullopt;
  return members;
}

std::vector<JsonValue> elements_of(JsonValue array) {
  std::vector<JsonValue> elements;
  JsonCursor cursor(array);
  while (const auto element = cursor.next_element()) elements.push_back(*element);
  return elements;
}

/// How many elements `longer` has in front of what `other` begins with, where that is most of one
/// of them: a list that new elements come to at one end while old ones leave at the other. 0: none.
std::size_t find_shift(Elements longer, Elements other) {
  constexpr std::size_t tries_max = 8;
  std::size_t tries = 0;
  for (std::size_t shift = 1; !other.empty() && shift < longer.size(); ++shift) {
    if (longer[shift].text != other.front().text) continue;
    const auto end = std::min(longer.size() - shift, other.size());
    std::size_t same = 1;
    while (same < end && longer[shift + same].text == other[same].text) ++same;
    if (same * 2 > std::min(longer.size(), other.size())) return shift;
    if (++tries == tries_max) break;
  }
  return 0;
}

bool is_container(JsonType type) {
  return type == JsonType::object || type == JsonType::array;
}

/// Writes the operations one after the other, each with the path of the part that it is about.
/// Functions that return false have given up: what they have written is to be taken back.
class Differ {
public:
  Differ(std::string& out, std::size_t looks) : out_(out), looks_left_(looks) {}

  bool change(JsonValue from, JsonValue to, std::size_t end_max) {
    if (from.text == to.text) return true;
    const auto begin = out_.size();
    const auto path_bytes = path_.size();
    const auto looks = from.text.size() + to.text.size();
    const bool is_open = depth_ < json_depth_max && looks <= looks_left_;
    if (from.type == to.type && is_container(from.type) && is_open) {
      looks_left_ -= looks;
      ++depth_;
      // More than the part itself is too much.
      end_max = std::min(end_max, begin + replacement_bytes + path_bytes + to.text.size());
      const bool is_done = from.type == JsonType::object ? change_members(from, to, end_max)
                                                         : change_elements(from, to, end_max);
      --depth_;
      if (is_done) return true;
      out_.resize(begin);
      path_.resize(path_bytes);
    }
    write("replace", &to);
    return out_.size() <= end_max;
  }

private:
  /// Besides path and value.
  static constexpr std::size_t replacement_bytes =
      std::string_view(R"({"op":"replace","path":"","value":},)").size();

  bool change_members(JsonValue from, JsonValue to, std::size_t end_max) {
    const auto before = sorted_members(from);
    const auto after = sorted_members(to);
    if (!before || !after) return false;
    auto old = before->begin();
    auto now = after->begin();
    while (old != before->end() || now != after->end()) {
      const bool is_gone = now == after->end() || (old != before->end() && old->name < now->name);
      const bool is_new = !is_gone && (old == before->end() || now->name < old->name);
      const auto length = enter(is_gone ? old->name : now->name);
      if (is_gone) {
        write("remove", nullptr);
      } else if (is_new) {
        write("add", &now->value);
      } else if (!change(old->value, now->value, end_max)) {
        return false;
      }
      path_.resize(length);
      if (out_.size() > end_max) return false;
      if (!is_new) ++old;
      if (!is_gone) ++now;
    }
    return true;
  }

  bool change_elements(JsonValue from, JsonValue to, std::size_t end_max) {
    const auto before = elements_of(from);
    const auto after = elements_of(to);
    Elements old(before);
    Elements now(after);
    std::size_t at = 0;
    for (; !old.empty() && !now.empty() && old.front().text == now.front().text; ++at) {
      old = old.subspan(1);
      now = now.subspan(1);
    }
    while (!old.empty() && !now.empty() && old.back().text == now.back().text) {
      old = old.first(old.size() - 1);
      now = now.first(now.size() - 1);
    }
    if (const auto gone = find_shift(old, now); gone > 0) {
      if (!remove_elements(at, gone, end_max)) return false;
      old = old.subspan(gone);
    } else if (const auto added = find_shift(now, old); added > 0) {
      if (!add_elements(at, now.first(added), end_max)) return false;
      now = now.subspan(added);
      at += added;
    }
    for (; !old.empty() && !now.empty(); ++at) {
      const auto length = enter(std::to_string(at));
      if (!change(old.front(), now.front(), end_max)) return false;
      path_.resize(length);
      old = old.subspan(1);
      now = now.subspan(1);
    }
    return remove_elements(at, old.size(), end_max) && add_elements(at, now, end_max);
  }

  bool remove_elements(std::size_t at, std::size_t count, std::size_t end_max) {
    for (; count > 0; --count) {
      const auto length = enter(std::to_string(at + count - 1));
      write("remove", nullptr);
      path_.resize(length);
      if (out_.size() > end_max) return false;
    }
    return true;
  }

  bool add_elements(std::size_t at, Elements added, std::size_t end_max) {
    for (const auto& element : added) {
      const auto length = enter(std::to_string(at++));
      write("add", &element);
      path_.resize(length);
      if (out_.size() > end_max) return false;
    }
    return true;
  }

  /// Returns the length that the path had.
  std::size_t enter(std::string_view name) {
    const auto length = path_.size();
    append_token(name, path_);
    return length;
  }

  void write(std::string_view op, const JsonValue* value) {
    out_.append(R"({"op":")").append(op).append(R"(","path":")").append(path_).push_back('"');
    if (value != nullptr) out_.append(R"(,"value":)").append(value->text);
    out_.append("},");
  }

  std::string& out_;
  std::string path_;
  std::size_t looks_left_;
  std::size_t depth_ = 0;
};

}  // namespace

std::optional<std::string> make_json_patch(std::string_view from,
                                           std::string_view to,
                                           std::size_t bytes_max) {
  constexpr std::string_view smallest = R"([{"op":"remove","path":"/a"}])";
  const auto before = json_value(from);
  const auto after = json_value(to);
  std::string out = "[";
  const auto is_same = before.text == after.text;
  if (bytes_max < (is_same ? 2 : smallest.size())) return std::nullopt;
  Differ differ(out, looks_max * (from.size() + to.size()));
  if (!differ.change(before, after, bytes_max)) return std::nullopt;
  if (out.back() == ',') out.pop_back();
  out.push_back(']');
  return out;
}

}  // namespace weir::protocol
