#include "gateway/auth/token_verifier.hpp"

#include "protocol/core/bytes.hpp"
#include "protocol/core/topic.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace weir::gateway::auth {

using protocol::Result;
using protocol::Unexpected;

namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, token_faults> fault_names{
    "malformed", "algorithm", "key", "signature", "expired", "early", "issuer", "audience"};
constexpr double time_max = 1e12;  // seconds; beyond it a number is no time

Unexpected<TokenError> refuse(TokenFault fault, std::string text) {
  return Unexpected<TokenError>({fault, std::move(text)});
}

Unexpected<TokenError> malformed(std::string text) {
  return refuse(TokenFault::malformed, std::move(text));
}

/// The three parts of the compact form; none: it has another shape.
std::optional<std::array<std::string_view, 3>> split(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return std::array{token.substr(0, first),
                    token.substr(first + 1, second - first - 1),
                    token.substr(second + 1)};
}

/// The JSON object that a part holds; none: it holds something else.
std::optional<Json> decode_object(std::string_view part) {
  std::string text;
  if (!protocol::from_base64url(part, text)) return std::nullopt;
  auto object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::nullopt;
  return object;
}

/// A NumericDate (RFC 7519 section 2) in seconds. False: it is there and is none.
bool read_time(const Json& claims, const char* name, std::optional<double>& out) {
  const auto found = claims.find(name);
  if (found == claims.end()) return true;
  if (!found->is_number()) return false;
  out = found->get<double>();
  return std::isfinite(*out) && *out >= 0 && *out <= time_max;
}

void add_facts(const std::string& name, const Json& value, Claims& out) {
  if (value.is_string()) out.facts.emplace_back(name, value.get<std::string>());
  if (!value.is_array()) return;
  for (const auto& one : value) {
    if (one.is_string()) out.facts.emplace_back(name, one.get<std::string>());
  }
}

/// The claim is this text, and no list that has it: a token is from one issuer (RFC 7519, 4.1.1).
bool is_text(const Json& claims, const char* name, std::string_view value) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() &&
         found->get_ref<const std::string&>() == value;
}

bool is_said(const Claims& claims, std::string_view name, std::string_view value) {
  return std::ranges::any_of(
      claims.facts, [&](const auto& fact) { return fact.first == name && fact.second == value; });
}

bool read_filters(const Json& rights, const char* name, std::vector<std::string>& out) {
  const auto found = rights.find(name);
  if (found == rights.end()) return true;
  if (!found->is_array()) return false;
  for (const auto& one : *found) {
    if (!one.is_string() || !protocol::check_filter(one.get_ref<const std::string&>()))
      return false;
    out.push_back(one.get<std::string>());
  }
  return true;
}

template <class Number>
bool read_ceiling(const Json& rights, const char* name, Number& out) {
  constexpr double ceiling_max = 1e15;
  const auto found = rights.find(name);
  if (found == rights.end()) return true;
  if (!found->is_number()) return false;
  const auto value = found->template get<double>();
  if (!(value >= 0 && value <= ceiling_max)) return false;
  out = static_cast<Number>(value);
  return true;
}

/// The rights that a token brings. False: they are there and are none.
bool read_own_rights(const Json& claims, std::optional<RightsEntry>& out) {
  const auto found = claims.find("weir");
  if (found == claims.end()) return true;
  if (!found->is_object()) return false;
  auto& rights = out.emplace();
  return read_filters(*found, "subscribe", rights.subscribe) &&
         read_filters(*found, "publish", rights.publish) &&
         read_ceiling(*found, "max_bytes_per_s", rights.max_bytes_per_s) &&
         read_ceiling(*found, "max_messages_per_s", rights.max_messages_per_s);
}

}  // namespace

std::string_view name(TokenFault fault) {
  return fault_names.at(static_cast<std::size_t>(fault));
}

Result<Claims, TokenError> TokenVerifier::verify(std::string_view token,
                                                 std::int64_t unix_ms) const {
  if (token.size() > token_bytes_max) {
    return malformed("the token has more than " + std::to_string(token_bytes_max) + " bytes");
  }
  const auto parts = split(token);
  std::string signature;
  if (!parts || !protocol::from_base64url((*parts)[2], signature)) {
    return malformed("expected a JSON Web Token in compact form");
  }
  const auto text = token.substr(0, token.size() - (*parts)[2].size() - 1);
  if (const auto good = check_signature((*parts)[0], text, signature); !good) {
    return Unexpected<TokenError>(good.error());
  }
  const auto json = decode_object((*parts)[1]);
  if (!json) return malformed("the token's claims are no JSON object");

  std::optional<double> expires;
  std::optional<double> begins;
  std::optional<double> issued;
  if (!read_time(*json, "exp", expires) || !read_time(*json, "nbf", begins) ||
      !read_time(*json, "iat", issued)) {
    return malformed("exp, nbf and iat must be seconds since 1970");
  }
  if (!expires) return malformed("the token must say when it expires (exp)");
  const auto now_s = static_cast<double>(unix_ms) / 1000;
  const auto leeway_s = static_cast<double>(rules_.leeway_s);
  if (now_s >= *expires + leeway_s) return refuse(TokenFault::expired, "the token has expired");
  if (begins && now_s < *begins - leeway_s) {
    return refuse(TokenFault::early, "the token is not valid yet (nbf)");
  }
  Claims claims;
  claims.expires_unix_s = static_cast<std::int64_t>(*expires);
  if (issued) claims.issued_unix_s = static_cast<std::int64_t>(*issued);
  for (const auto& [name, value] : json->items()) add_facts(name, value, claims);
  if (!rules_.issuer.empty() && !is_text(*json, "iss", rules_.issuer)) {
    return refuse(TokenFault::issuer, "the token is from another issuer (iss)");
  }
  if (!rules_.audience.empty() && !is_said(claims, "aud", rules_.audience)) {
    return refuse(TokenFault::audience, "the token is for another audience (aud)");
  }
  if (const auto subject = json->find("sub"); subject != json->end()) {
    if (!subject->is_string()) return malformed("sub must be a text");
    claims.subject = subject->get<std::string>();
  }
  if (!read_own_rights(*json, claims.own_rights)) {
    return malformed("the claim weir must be an object with subscribe, publish and ceilings");
  }
  return claims;
}

Result<void, TokenError> TokenVerifier::check_signature(std::string_view header,
                                                        std::string_view text,
                                                        std::string_view signature) const {
  const auto json = decode_object(header);
  if (!json) return malformed("the token's header is no JSON object");
  const auto said = json->find("alg");
  if (said == json->end() || !said->is_string()) {
    return refuse(TokenFault::algorithm, "the token's header has no alg");
  }
  // What `crit` lists must be understood (RFC 7515 section 4.1.11), and nothing of it is.
  if (json->contains("crit")) return malformed("the token's header has crit");
  const auto algorithm = find_algorithm(said->get_ref<const std::string&>());
  if (!algorithm) return refuse(TokenFault::algorithm, "alg is none of HS256, RS256, ES256, EdDSA");

  const auto kid = json->find("kid");
  const bool has_kid = kid != json->end();
  if (has_kid && !kid->is_string()) return malformed("kid must be a text");
  bool is_candidate = false;
  bool is_named = false;
  for (const auto& key : keys_) {
    if (has_kid && key.id() != kid->get_ref<const std::string&>()) continue;
    is_named = true;
    if (key.algorithm() != *algorithm) continue;
    is_candidate = true;
    if (key.verifies(text, signature)) return {};
  }
  if (!is_named) return refuse(TokenFault::key, "no key has the token's kid");
  if (!is_candidate) return refuse(TokenFault::algorithm, "no key is for the token's alg");
  return refuse(TokenFault::signature, "the token's signature is not right");
}

}  // namespace weir::gateway::auth
