#include "adapters/tcp/feeder.hpp"

#include "protocol/core/topic.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cassert>

namespace weir::adapters::tcp {

SecretDigest digest_of(std::string_view secret) {
  SecretDigest digest{};
  unsigned size = 0;
  const int done =
      EVP_Digest(secret.data(), secret.size(), digest.data(), &size, EVP_sha256(), nullptr);
  assert(done == 1 && size == digest.size());
  static_cast<void>(done);
  return digest;
}

bool Feeder::may_publish(std::string_view topic) const {
  return publish.empty() || std::ranges::any_of(publish, [topic](const std::string& filter) {
           return protocol::matches(filter, topic);
         });
}

const Feeder* find_feeder(std::span<const Feeder> feeders, std::string_view secret) {
  const SecretDigest digest = digest_of(secret);
  const Feeder* found = nullptr;
  for (const Feeder& feeder : feeders) {
    if (CRYPTO_memcmp(feeder.secret.data(), digest.data(), digest.size()) == 0) found = &feeder;
  }
  return found;
}

}  // namespace weir::adapters::tcp
