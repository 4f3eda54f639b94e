#pragma once

#include "protocol/native/json_checker.hpp"

#include <string>
#include <string_view>

namespace weir::protocol::native {

/// Checks in one pass that `message` is one CBOR map, and writes it to `json`, which the members
/// then refer to: what reads messages reads them the same in every codec.
/// Shape:  `bytes_name` is the member that may be a byte string; it becomes `{"b64":"..."}`. A
/// fault
///         has the offset in `message`. Allocates at most a small multiple of its size.
/// Source: RFC 8949; SPEC.md section 4.
[[nodiscard]] CheckedObject check_cbor(std::string_view message,
                                       JsonRules rules,
                                       std::string_view bytes_name,
                                       std::string& json);

}  // namespace weir::protocol::native
