#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <weir/weir_adapter.h>

// Small turns of weir_adapter.h into C++ and back, for both sides of the ABI. Installed with it.
namespace weir::adapters::abi {

/// Empty where `data` is NULL.
[[nodiscard]] inline std::string_view to_view(weir_text text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

[[nodiscard]] inline weir_text to_text(std::string_view view) {
  return {view.data(), view.size()};
}

/// Fills in what the other side sees of a failure. A long message is cut at a character's end.
/// `out` may be nullptr.
inline void fill_error(weir_error* out, weir_error_code code, std::string_view message) {
  if (out == nullptr) return;
  out->code = code;
  std::size_t size = std::min(message.size(), sizeof out->message - 1);
  if (size < message.size()) {
    // back to the first byte of the character that would be cut
    while (size > 0 && (static_cast<unsigned char>(message[size]) & 0xC0U) == 0x80U) --size;
  }
  if (size != 0) std::memcpy(out->message, message.data(), size);
  out->message[size] = '\0';
}

/// A copy of a struct that begins with `size`, from a maker that may have been compiled with an
/// older or a newer header: what it does not have is zero here, what we do not know is left out.
template <class Sized>
[[nodiscard]] Sized sized_copy(const Sized* from) {
  Sized to{};
  std::memcpy(&to, from, std::min<std::size_t>(from->size, sizeof to));
  to.size = sizeof to;
  return to;
}

/// Where the element at `index` of an array of such structs begins. Only as many bytes as its
/// `size` says may be read there.
template <class Sized>
[[nodiscard]] const Sized* sized_at(const Sized* items, std::size_t index) {
  const void* first = items;
  const void* at = static_cast<const char*>(first) + index * items->size;
  return static_cast<const Sized*>(at);
}

/// A copy of the element at `index` of an array of such structs.
template <class Sized>
[[nodiscard]] Sized sized_element(const Sized* items, std::size_t index) {
  return sized_copy(sized_at(items, index));
}

}  // namespace weir::adapters::abi
