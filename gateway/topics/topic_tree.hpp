#pragma once

#include "protocol/core/topic.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::topics {

/// Names in levels, each with at most one value. Holds topics (and finds those that a filter
/// matches), or filters (and finds those that match a topic). Empty branches are pruned, so it is
/// no larger than what it holds. Work of a look-up grows with the branches that can match, not with
/// what is held. Iterates in name order.
template <class Value>
class TopicTree {
public:
  /// The value under this exact name, made with `Value{}` where there is none.
  Value& insert(std::string_view name) {
    auto* node = &root_;
    for (auto rest = name; rest.data() != nullptr;) {
      const auto level = protocol::next_level(rest);
      auto found = node->children.find(level);
      if (found == node->children.end()) {
        found = node->children.emplace(std::string(level), std::make_unique<Node>()).first;
      }
      node = found->second.get();
    }
    if (!node->value) node->value = std::make_unique<Value>();
    return *node->value;
  }

  [[nodiscard]] Value* find(std::string_view name) const {
    const auto* node = &root_;
    for (auto rest = name; rest.data() != nullptr;) {
      const auto found = node->children.find(protocol::next_level(rest));
      if (found == node->children.end()) return nullptr;
      node = found->second.get();
    }
    return node->value.get();
  }

  void erase(std::string_view name) { erase_below(root_, name); }

  /// Names are topics: calls `visit(value)` for each that the filter matches. `visit` must not
  /// change the tree.
  template <class Visit>
  void visit_matching_filter(std::string_view filter, const Visit& visit) const {
    topics_below(root_, filter, visit);
  }

  /// Names are filters: calls `visit(value)` for each that matches the topic. `visit` must not
  /// change the tree.
  template <class Visit>
  void visit_matching_topic(std::string_view topic, const Visit& visit) const {
    filters_below(root_, topic, visit);
  }

private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
    std::unique_ptr<Value> value;
  };

  static void erase_below(Node& node, std::string_view rest) {
    if (rest.data() == nullptr) {
      node.value.reset();
      return;
    }
    const auto found = node.children.find(protocol::next_level(rest));
    if (found == node.children.end()) return;
    erase_below(*found->second, rest);
    if (!found->second->value && found->second->children.empty()) node.children.erase(found);
  }

  template <class Visit>
  static void topics_below(const Node& node, std::string_view rest, const Visit& visit) {
    if (rest.data() == nullptr) {
      if (node.value) visit(*node.value);
      return;
    }
    const auto level = protocol::next_level(rest);
    if (level == "#") return everything_below(node, visit);
    if (level != "+") {
      if (const auto found = node.children.find(level); found != node.children.end()) {
        topics_below(*found->second, rest, visit);
      }
      return;
    }
    for (const auto& [name, child] : node.children) {
      if (!name.starts_with('$')) topics_below(*child, rest, visit);
    }
  }

  template <class Visit>
  static void everything_below(const Node& node, const Visit& visit) {
    if (node.value) visit(*node.value);
    for (const auto& [name, child] : node.children) {
      if (!name.starts_with('$')) everything_below(*child, visit);
    }
  }

  template <class Visit>
  static void filters_below(const Node& node, std::string_view rest, const Visit& visit) {
    if (const auto all = node.children.find(std::string_view("#")); all != node.children.end()) {
      if (all->second->value && !has_own_level(rest)) visit(*all->second->value);
    }
    if (rest.data() == nullptr) {
      if (node.value) visit(*node.value);
      return;
    }
    const auto level = protocol::next_level(rest);
    if (const auto exact = node.children.find(level); exact != node.children.end()) {
      filters_below(*exact->second, rest, visit);
    }
    if (level.starts_with('$')) return;
    if (const auto any = node.children.find(std::string_view("+")); any != node.children.end()) {
      filters_below(*any->second, rest, visit);
    }
  }

  static bool has_own_level(std::string_view rest) {
    while (rest.data() != nullptr) {
      if (protocol::next_level(rest).starts_with('$')) return true;
    }
    return false;
  }

  Node root_;
};

}  // namespace weir::gateway::topics
