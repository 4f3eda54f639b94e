#pragma once

#include <cstdint>
#include <string>

namespace weir::gateway {

/// What a peer has proven by a certificate of an authority that its listener trusts.
struct PeerCertificate {
  std::string subject;  ///< its common name
  std::int64_t expires_unix_s = 0;
};

}  // namespace weir::gateway
