#include "gateway/auth/handshake_token.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::auth {

TEST_CASE("a token is found among the offered subprotocols") {
  CHECK(find_offered_token("weir.v1.json, weir.token.a.b.c") == "a.b.c");
  CHECK(find_offered_token("weir.token.a.b.c ,weir.v1.json") == "a.b.c");
  CHECK(find_offered_token("weir.token.") == "");
  CHECK(find_offered_token("weir.v1.json") == "");
  CHECK(find_offered_token("xweir.token.a") == "");
  CHECK(find_offered_token("") == "");
  CHECK(find_offered_token(", ,\t,") == "");
}

TEST_CASE("a cookie is found by its whole name") {
  CHECK(find_cookie("a=1; token=x.y.z; b=2", "token") == "x.y.z");
  CHECK(find_cookie("token=\"x.y.z\"", "token") == "x.y.z");
  CHECK(find_cookie("mytoken=1; token=2; token=3", "token") == "2");
  CHECK(find_cookie("token=a=b", "token") == "a=b");
  CHECK(find_cookie("token", "token") == "");
  CHECK(find_cookie("Token=1", "token") == "");
  CHECK(find_cookie("token=\"", "token") == "\"");
  CHECK(find_cookie("", "token") == "");
  CHECK(find_cookie("=x", "") == "");
}

TEST_CASE("a token is shown in Authorization as Bearer, and what is for others is left alone") {
  CHECK(find_bearer_token("Bearer abc.def.ghi") == "abc.def.ghi");
  CHECK(find_bearer_token("bearer   abc ") == "abc");
  CHECK(find_bearer_token("BEARER abc") == "abc");
  for (const char* other : {"", "Bearer", "Bearer ", "Bearerabc", "Basic abc", "abc"}) {
    CAPTURE(other);
    CHECK(find_bearer_token(other).empty());
  }
}

}  // namespace weir::gateway::auth
