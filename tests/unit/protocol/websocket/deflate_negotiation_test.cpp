#include "protocol/websocket/deflate_negotiation.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::protocol::websocket {
namespace {

constexpr auto no = ContextTakeover::no;
constexpr auto yes = ContextTakeover::yes;

/// As `/ws` does it: one compressor with a window of 12 bits for all.
const DeflatePolicy shared{.server_window_bits_min = 12, .server_window_bits_max = 12};
/// As `/echo` does it: whatever the client wants.
const DeflatePolicy generous{.server_takeover = yes, .client_takeover = yes};

std::optional<DeflateAgreement> negotiate(std::string_view header, const DeflatePolicy& policy) {
  const auto offers = parse_extensions(header);
  REQUIRE(offers);
  return accept_deflate(*offers, policy);
}

}  // namespace

TEST_CASE("offers are answered as RFC 7692, 7.1 wants it") {
  struct Row {
    std::string_view offer;
    const DeflatePolicy& policy;
    std::string_view answer;
    DeflateParameters parameters;
  };
  const Row rows[] = {
      {"permessage-deflate", generous, "permessage-deflate", {15, 15, yes, yes}},
      {"permessage-deflate",
       shared,
       "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
       {12, 15, no, no}},
      {"permessage-deflate; server_no_context_takeover",
       generous,
       "permessage-deflate; server_no_context_takeover",
       {15, 15, no, yes}},
      {"permessage-deflate; client_no_context_takeover",
       generous,
       "permessage-deflate; client_no_context_takeover",
       {15, 15, yes, no}},
      {"permessage-deflate; server_max_window_bits=8",
       generous,
       "permessage-deflate; server_max_window_bits=8",
       {8, 15, yes, yes}},
      {"permessage-deflate; server_max_window_bits=\"9\"",
       generous,
       "permessage-deflate; server_max_window_bits=9",
       {9, 15, yes, yes}},
      {"permessage-deflate; server_max_window_bits=15",
       generous,
       "permessage-deflate; server_max_window_bits=15",
       {15, 15, yes, yes}},
      {"permessage-deflate; server_max_window_bits=15",
       shared,
       "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
       "server_max_window_bits=12",
       {12, 15, no, no}},
      {"permessage-deflate; client_max_window_bits",
       generous,
       "permessage-deflate",
       {15, 15, yes, yes}},
      {"permessage-deflate; client_max_window_bits=9",
       generous,
       "permessage-deflate",
       {15, 9, yes, yes}},
      {"permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
       "server_max_window_bits=10; client_max_window_bits=11",
       generous,
       "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
       "server_max_window_bits=10",
       {10, 11, no, no}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.offer);
    CAPTURE(row.answer);
    const auto agreement = negotiate(row.offer, row.policy);
    REQUIRE(agreement);
    CHECK(agreement->header == row.answer);
    CHECK(agreement->parameters == row.parameters);
  }
}

TEST_CASE("offers that are not understood or do not fit are declined") {
  for (const std::string_view offer :
       {"",
        "x-webkit-deflate-frame",
        "permessage-bzip2",
        "Permessage-Deflate",
        "permessage-deflate; unknown",
        "permessage-deflate; unknown=1",
        "permessage-deflate; Server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
        "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=0",
        "permessage-deflate; server_max_window_bits=010",
        "permessage-deflate; server_max_window_bits=+10",
        "permessage-deflate; server_max_window_bits=-10",
        "permessage-deflate; server_max_window_bits=10x",
        "permessage-deflate; server_max_window_bits=265",
        "permessage-deflate; server_max_window_bits=99999999999999999999",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=08"}) {
    CAPTURE(offer);
    CHECK_FALSE(negotiate(offer, generous));
  }
  CHECK_FALSE(negotiate("permessage-deflate; server_max_window_bits=11", shared));
}

TEST_CASE("the first offer that fits is taken") {
  struct Row {
    std::string_view offers;
    std::string_view answer;
  };
  const Row rows[] = {
      {"permessage-deflate; server_max_window_bits=9, permessage-deflate",
       "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
      {"foo, permessage-deflate; bar, permessage-deflate; server_max_window_bits=12",
       "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
       "server_max_window_bits=12"},
      {"permessage-deflate, permessage-deflate; server_max_window_bits=12",
       "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.offers);
    const auto agreement = negotiate(row.offers, shared);
    REQUIRE(agreement);
    CHECK(agreement->header == row.answer);
  }
}

TEST_CASE("a client's offer says what it wants, and any server's answer to it fits") {
  CHECK(to_header(DeflateOffer{}) ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
        "client_max_window_bits");
  for (const auto server_takeover : {no, yes}) {
    for (const auto client_takeover : {no, yes}) {
      for (std::uint8_t bits = window_bits_min; bits <= window_bits_max; ++bits) {
        const DeflateOffer offer{server_takeover, client_takeover, bits};
        for (const auto* policy : {&generous, &shared}) {
          const auto agreement = negotiate(to_header(offer), *policy);
          CAPTURE(to_header(offer));
          CHECK(agreement.has_value() == (bits >= policy->server_window_bits_min));
          if (!agreement) continue;
          const auto answer = parse_extensions(agreement->header);
          REQUIRE(answer);
          const auto checked = check_deflate_answer(answer->front(), offer);
          REQUIRE(checked);
          CHECK(checked->server_takeover == agreement->parameters.server_takeover);
          CHECK(checked->client_takeover == agreement->parameters.client_takeover);
          // A server need not say that it uses less than it may.
          CHECK(checked->server_window_bits >= agreement->parameters.server_window_bits);
          CHECK(checked->server_window_bits <= bits);
        }
      }
    }
  }
}

TEST_CASE("a client takes the limits that the server sets") {
  const DeflateOffer open{.server_takeover = yes, .client_takeover = yes};
  const auto answer = parse_extensions(
      "permessage-deflate; client_max_window_bits=10; server_max_window_bits=11; "
      "client_no_context_takeover");
  REQUIRE(answer);
  CHECK(check_deflate_answer(answer->front(), open) == DeflateParameters{11, 10, yes, no});
}

TEST_CASE("an answer that does not fit the offer is refused") {
  struct Row {
    std::string_view name;
    std::string_view answer;
    DeflateOffer offer;
  };
  const DeflateOffer open{.server_takeover = yes, .client_takeover = yes};
  const Row rows[] = {
      {"another extension", "permessage-snappy", open},
      {"an unknown parameter", "permessage-deflate; level=9", open},
      {"a parameter twice",
       "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
       open},
      {"a window of 7 bits", "permessage-deflate; server_max_window_bits=7", open},
      {"client_max_window_bits without a value",
       "permessage-deflate; client_max_window_bits",
       open},
      {"our wish for no server context is passed over",
       "permessage-deflate",
       {.server_takeover = no, .client_takeover = yes}},
      {"a larger window than we asked for",
       "permessage-deflate; server_max_window_bits=11",
       {.server_takeover = yes, .client_takeover = yes, .server_window_bits_max = 10}},
      {"our wish for a window is passed over",
       "permessage-deflate",
       {.server_takeover = yes, .client_takeover = yes, .server_window_bits_max = 10}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto answer = parse_extensions(row.answer);
    REQUIRE(answer);
    CHECK_FALSE(check_deflate_answer(answer->front(), row.offer));
  }
}

}  // namespace weir::protocol::websocket
