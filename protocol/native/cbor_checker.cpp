#include "protocol/native/cbor_checker.hpp"

#include "protocol/core/json_from_cbor.hpp"

#include <utility>

namespace weir::protocol::native {

CheckedObject check_cbor(std::string_view message,
                         JsonRules rules,
                         std::string_view bytes_name,
                         std::string& json) {
  json.clear();
  auto fault = append_json_from_cbor(message,
                                     {.depth_max = rules.depth_max,
                                      .members_max = json_members_max,
                                      .is_unambiguous = rules.is_unambiguous,
                                      .bytes_name = bytes_name},
                                     json);
  auto object = check_object(json, rules);
  if (fault) object.fault = JsonFault{fault->at, std::move(fault->what)};
  return object;
}

}  // namespace weir::protocol::native
