#include "protocol/websocket/deflate_negotiation.hpp"

#include <algorithm>
#include <charconv>

namespace weir::protocol::websocket {
namespace {

constexpr std::string_view server_no_takeover = "server_no_context_takeover";
constexpr std::string_view client_no_takeover = "client_no_context_takeover";
constexpr std::string_view server_window = "server_max_window_bits";
constexpr std::string_view client_window = "client_max_window_bits";

/// The parameters of one offer or answer, as they were said.
struct Said {
  bool server_no_takeover = false;
  bool client_no_takeover = false;
  bool client_window = false;  ///< there at all
  std::optional<std::uint8_t> server_window_bits;
  std::optional<std::uint8_t> client_window_bits;  ///< may be left open in an offer
};

std::optional<std::uint8_t> read_window_bits(std::string_view text) {
  if (text.starts_with('0')) return std::nullopt;  // "a decimal integer without leading zeroes"
  std::uint8_t bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (bits < window_bits_min || bits > window_bits_max) return std::nullopt;
  return bits;
}

/// False: the parameter is unknown or its value is not valid.
bool read_parameter(const ExtensionParameter& parameter, Said& said) {
  if (parameter.name == server_no_takeover) {
    said.server_no_takeover = true;
    return !parameter.value;
  }
  if (parameter.name == client_no_takeover) {
    said.client_no_takeover = true;
    return !parameter.value;
  }
  if (parameter.name == server_window) {
    if (parameter.value) said.server_window_bits = read_window_bits(*parameter.value);
    return said.server_window_bits.has_value();
  }
  if (parameter.name == client_window) {
    said.client_window = true;
    if (!parameter.value) return true;
    said.client_window_bits = read_window_bits(*parameter.value);
    return said.client_window_bits.has_value();
  }
  return false;
}

std::optional<Said> read_parameters(const Extension& extension) {
  Said said;
  for (const auto& parameter : extension.parameters) {
    const auto count =
        std::ranges::count(extension.parameters, parameter.name, &ExtensionParameter::name);
    if (count != 1 || !read_parameter(parameter, said)) return std::nullopt;
  }
  return said;
}

void append_flag(std::string& header, std::string_view name) {
  header.append("; ").append(name);
}

void append_bits(std::string& header, std::string_view name, std::uint8_t bits) {
  append_flag(header, name);
  header.append("=").append(std::to_string(bits));
}

std::optional<DeflateAgreement> accept(const Said& offer, const DeflatePolicy& policy) {
  const auto server_bits_allowed = offer.server_window_bits.value_or(window_bits_max);
  if (server_bits_allowed < policy.server_window_bits_min) return std::nullopt;

  DeflateAgreement agreement{.parameters = {}, .header = std::string(deflate_extension)};
  auto& [parameters, header] = agreement;
  if (policy.server_takeover == ContextTakeover::yes && !offer.server_no_takeover) {
    parameters.server_takeover = ContextTakeover::yes;
  } else {
    append_flag(header, server_no_takeover);
  }
  if (policy.client_takeover == ContextTakeover::yes && !offer.client_no_takeover) {
    parameters.client_takeover = ContextTakeover::yes;
  } else {
    append_flag(header, client_no_takeover);
  }
  parameters.server_window_bits = std::min(server_bits_allowed, policy.server_window_bits_max);
  if (offer.server_window_bits) append_bits(header, server_window, parameters.server_window_bits);
  // A client need not be told to keep to what it has announced (RFC 7692, 7.1.2.2); nor to anything
  // less, because our side inflates every window.
  parameters.client_window_bits = offer.client_window_bits.value_or(window_bits_max);
  return agreement;
}

}  // namespace

std::optional<DeflateAgreement> accept_deflate(std::span<const Extension> offers,
                                               const DeflatePolicy& policy) {
  for (const auto& offer : offers) {
    if (offer.name != deflate_extension) continue;
    const auto said = read_parameters(offer);
    if (!said) continue;
    if (auto agreement = accept(*said, policy)) return agreement;
  }
  return std::nullopt;
}

std::string to_header(const DeflateOffer& offer) {
  std::string header(deflate_extension);
  if (offer.server_takeover == ContextTakeover::no) append_flag(header, server_no_takeover);
  if (offer.client_takeover == ContextTakeover::no) append_flag(header, client_no_takeover);
  if (offer.server_window_bits_max < window_bits_max) {
    append_bits(header, server_window, offer.server_window_bits_max);
  }
  append_flag(header, client_window);
  return header;
}

std::optional<DeflateParameters> check_deflate_answer(const Extension& answer,
                                                      const DeflateOffer& offer) {
  if (answer.name != deflate_extension) return std::nullopt;
  const auto said = read_parameters(answer);
  if (!said) return std::nullopt;
  if (said->client_window && !said->client_window_bits) return std::nullopt;
  if (offer.server_takeover == ContextTakeover::no && !said->server_no_takeover) {
    return std::nullopt;
  }
  const auto server_bits = said->server_window_bits.value_or(window_bits_max);
  if (server_bits > offer.server_window_bits_max) return std::nullopt;

  const auto takeover = [](bool is_refused) {
    return is_refused ? ContextTakeover::no : ContextTakeover::yes;
  };
  return DeflateParameters{
      .server_window_bits = server_bits,
      .client_window_bits = said->client_window_bits.value_or(window_bits_max),
      .server_takeover = takeover(said->server_no_takeover),
      .client_takeover =
          takeover(said->client_no_takeover || offer.client_takeover == ContextTakeover::no)};
}

}  // namespace weir::protocol::websocket
