#pragma once

#include "gateway/config/value_type.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir::gateway::config {

enum class Presence : std::uint8_t { optional, required };

/// One key of a section that is read into the struct `S`.
template <class S>
struct Key {
  std::string_view name;
  Shape shape = Shape::text;
  std::string expected;  ///< as it reads behind "expected "
  Presence presence = Presence::optional;
  std::function<void(const Node&, S&, Faults&)> read;
  std::function<std::string(const S&)> show;  ///< its value as TOML; empty: none
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Ties a key to the member that holds its value.
template <class S, class M, class T>
[[nodiscard]] Key<S> key(std::string_view name,
                         M S::* member,
                         ValueType<T> type,
                         Presence presence = Presence::optional) {
  Key<S> out{name, type.shape, type.expected, presence, {}, {}};
  out.read = [member, read = std::move(type.read)](const Node& node, S& section, Faults& faults) {
    auto value = read(node, faults);
    if (!value) return;
    if constexpr (is_optional<M>) {
      section.*member = static_cast<typename M::value_type>(std::move(*value));
    } else {
      section.*member = static_cast<M>(std::move(*value));
    }
  };
  out.show = [member, show = std::move(type.show)](const S& section) -> std::string {
    if constexpr (is_optional<M>) {
      const M& value = section.*member;
      return value ? show(static_cast<T>(*value)) : std::string();
    } else {
      return show(static_cast<T>(section.*member));
    }
  };
  return out;
}

/// A key that has its name already and cannot be used, whatever its value.
template <class S>
[[nodiscard]] Key<S> refused_key(std::string_view name, std::string_view why) {
  Key<S> out{name, Shape::table, std::string(why), Presence::optional, {}, {}};
  out.read = [why = std::string(why)](const Node& node, S&, Faults& faults) {
    faults.push_back({node.place, why, "remove it"});
  };
  out.show = [](const S&) { return std::string(); };
  return out;
}

}  // namespace weir::gateway::config
