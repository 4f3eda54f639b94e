#include "gateway/auth/json_web_keys.hpp"

#include "protocol/core/bytes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace weir::gateway::auth {

using protocol::Result;
using protocol::Unexpected;

namespace {

using Json = nlohmann::json;

/// The string at `name`; empty: there is none.
std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

Result<std::string, std::string> bytes_at(const Json& object, const char* name) {
  std::string bytes;
  const auto text = text_at(object, name);
  if (text.empty()) return Unexpected<std::string>(std::string(name) + " is missing");
  if (!protocol::from_base64url(text, bytes)) {
    return Unexpected<std::string>(std::string(name) + " is not base64url without padding");
  }
  return bytes;
}

/// What kind of key it is; none: one that Weir has no use for.
std::optional<TokenAlgorithm> algorithm_of(const Json& jwk) {
  const auto use = text_at(jwk, "use");
  if (!use.empty() && use != "sig") return std::nullopt;
  const auto type = text_at(jwk, "kty");
  const auto curve = text_at(jwk, "crv");
  std::optional<TokenAlgorithm> algorithm;
  if (type == "oct") algorithm = TokenAlgorithm::hs256;
  if (type == "RSA") algorithm = TokenAlgorithm::rs256;
  if (type == "EC" && curve == "P-256") algorithm = TokenAlgorithm::es256;
  if (type == "OKP" && curve == "Ed25519") algorithm = TokenAlgorithm::eddsa;
  const auto said = text_at(jwk, "alg");
  if (algorithm && !said.empty() && find_algorithm(said) != algorithm) return std::nullopt;
  return algorithm;
}

Result<Key, std::string> read_key(const Json& jwk, TokenAlgorithm algorithm) {
  auto id = text_at(jwk, "kid");
  const bool is_secret = algorithm == TokenAlgorithm::hs256;
  const bool is_rsa = algorithm == TokenAlgorithm::rs256;
  const auto first = bytes_at(jwk, is_secret ? "k" : is_rsa ? "n" : "x");
  if (!first) return Unexpected<std::string>(first.error());
  if (is_secret) return Key::from_secret(std::move(id), *first);
  if (algorithm == TokenAlgorithm::eddsa) return Key::from_ed25519(std::move(id), *first);
  const auto second = bytes_at(jwk, is_rsa ? "e" : "y");
  if (!second) return Unexpected<std::string>(second.error());
  return is_rsa ? Key::from_rsa(std::move(id), *first, *second)
                : Key::from_p256(std::move(id), *first, *second);
}

}  // namespace

Result<std::vector<Key>, std::string> read_json_web_keys(std::string_view text) {
  const auto set = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto list = set.is_object() ? set.find("keys") : set.end();
  if (!set.is_object() || list == set.end() || !list->is_array()) {
    return Unexpected<std::string>("expected a JSON Web Key Set: {\"keys\":[...]}");
  }
  std::vector<Key> keys;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto& jwk = (*list)[i];
    const auto fail = [i](const std::string& why) {
      return Unexpected<std::string>("key " + std::to_string(i + 1) + ": " + why);
    };
    if (!jwk.is_object()) return fail("is not an object");
    const auto algorithm = algorithm_of(jwk);
    if (!algorithm) continue;
    auto key = read_key(jwk, *algorithm);
    if (!key) return fail(key.error());
    const bool is_known = !key->id().empty() && std::ranges::any_of(keys, [&key](const Key& other) {
      return other.id() == key->id();
    });
    if (is_known) return fail("another key has the kid " + key->id());
    keys.push_back(std::move(*key));
  }
  if (keys.empty())
    return Unexpected<std::string>("no key in it checks HS256, RS256, ES256 or EdDSA");
  return keys;
}

}  // namespace weir::gateway::auth
