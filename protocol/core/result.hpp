#pragma once

#include "protocol/core/error.hpp"

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

namespace weir::protocol {

/// The failed half of a Result, spelled like std::unexpected.
template <class E>
class Unexpected {
public:
  explicit Unexpected(E error) : error_(std::move(error)) {}
  [[nodiscard]] E& error() { return error_; }

private:
  E error_;
};

/// A value, or the reason why there is none; spelled like std::expected (which needs C++23).
/// Reading the half that is not there is our own bug and asserts.
template <class T, class E = Error>
class [[nodiscard]] Result {
public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {
  }  // NOLINT(*-explicit-*): reads as `return value`
  Result(Unexpected<E> unexpected)  // NOLINT(*-explicit-*): reads as `return fail(...)`
      : state_(std::in_place_index<1>, std::move(unexpected.error())) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  [[nodiscard]] T& value() & { return *get(); }
  [[nodiscard]] const T& value() const& { return *get(); }
  [[nodiscard]] T&& value() && { return std::move(*get()); }
  T& operator*() & { return *get(); }
  const T& operator*() const& { return *get(); }
  T&& operator*() && { return std::move(*get()); }
  T* operator->() { return get(); }
  const T* operator->() const { return get(); }

  [[nodiscard]] const E& error() const {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }

private:
  T* get() {
    assert(has_value());
    return std::get_if<0>(&state_);
  }
  const T* get() const {
    assert(has_value());
    return std::get_if<0>(&state_);
  }

  std::variant<T, E> state_;
};

/// Success without a value, or the reason for the failure.
template <class E>
class [[nodiscard]] Result<void, E> {
public:
  Result() = default;
  Result(Unexpected<E> unexpected)
      : error_(std::move(unexpected.error())) {}  // NOLINT(*-explicit-*)

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const E& error() const {
    assert(error_.has_value());
    return *error_;
  }

private:
  std::optional<E> error_;
};

/// `return fail(ErrorCode::bad_topic, "topic has an empty level");`
[[nodiscard]] inline Unexpected<Error> fail(ErrorCode code, std::string detail = {}) {
  return Unexpected<Error>(Error{code, std::move(detail)});
}

/// Passes an error on to a caller that returns another value type.
[[nodiscard]] inline Unexpected<Error> fail(Error error) {
  return Unexpected<Error>(std::move(error));
}

}  // namespace weir::protocol
