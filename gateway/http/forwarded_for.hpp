#pragma once

#include "gateway/core/address_prefix.hpp"

#include <span>
#include <string>
#include <string_view>

namespace weir::gateway::http {

/// Who a request comes from that trusted proxies have passed on: the last address in
/// X-Forwarded-For that is none of theirs. What stands before it, anybody may have written.
/// Shape:  `forwarded` is the header's value, several of them joined; `peer` is who has sent the
///         request, and is the answer where the header does not say more than that.
[[nodiscard]] std::string find_client(std::string_view forwarded,
                                      std::string_view peer,
                                      std::span<const AddressPrefix> trusted);

}  // namespace weir::gateway::http
