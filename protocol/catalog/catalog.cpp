#include "protocol/catalog/catalog.hpp"

#include "protocol/native/cbor_codec.hpp"
#include "protocol/native/json_codec.hpp"

#include <array>

namespace weir::protocol::catalog {
namespace {

// Who offers both wants CBOR: there is nobody who can read it and not JSON.
constexpr std::array<const Codec& (*)(), 2> codecs{native::cbor_codec, native::json_codec};

}  // namespace

std::span<const std::string_view> subprotocols() {
  static const auto names = [] {
    std::array<std::string_view, codecs.size()> out;
    for (std::size_t i = 0; i < codecs.size(); ++i) out.at(i) = codecs.at(i)().subprotocol();
    return out;
  }();
  return names;
}

const Codec* find_codec(std::string_view subprotocol) {
  for (const auto codec : codecs) {
    if (codec().subprotocol() == subprotocol) return &codec();
  }
  return nullptr;
}

}  // namespace weir::protocol::catalog
