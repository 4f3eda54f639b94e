#include "gateway/http/cross_origin.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::http {
namespace {

const std::vector<std::string> same_host;
const std::vector<std::string> all{"*"};
const std::vector<std::string> one{"https://app.example.com"};

Request request_of(std::vector<Header> headers) {
  headers.push_back({"Host", "weir.example.com:8080"});
  return {.method = "POST", .target = "/v1/publish", .headers = std::move(headers)};
}

std::string words(const std::vector<Header>& headers) {
  std::string out;
  for (const auto& header : headers) out += header.name + "=" + header.value + ";";
  return out;
}

}  // namespace

TEST_CASE("a page of another origin than those of the listener is foreign") {
  struct Row {
    std::string_view name;
    std::vector<Header> headers;
    const std::vector<std::string>& origins;
    bool is_foreign;
  };
  const std::vector<Row> rows{
      {"no page", {}, one, false},
      {"the same host", {{"Origin", "http://weir.example.com:8080"}}, same_host, false},
      {"another port", {{"Origin", "http://weir.example.com"}}, same_host, true},
      {"a listed one", {{"Origin", "https://app.example.com"}}, one, false},
      {"the same host where others are listed",
       {{"Origin", "http://weir.example.com:8080"}},
       one,
       true},
      {"a file where all may come", {{"Origin", "null"}}, all, false},
      {"two of them",
       {{"Origin", "https://app.example.com"}, {"Origin", "https://app.example.com"}},
       one,
       true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(is_foreign(request_of(row.headers), row.origins) == row.is_foreign);
  }
}

TEST_CASE("a listed page may read with its credentials, and one of many never does") {
  const auto headers = [](std::vector<Header> with, const std::vector<std::string>& origins) {
    return words(cross_origin_headers(request_of(std::move(with)), {.origins = origins}));
  };
  CHECK(headers({{"Origin", "https://app.example.com"}}, one) ==
        "Vary=Origin;Access-Control-Allow-Origin=https://app.example.com;"
        "Access-Control-Allow-Credentials=true;Access-Control-Expose-Headers=ETag;");
  CHECK(headers({}, one) == "Vary=Origin;");
  for (const char* origin : {"https://app.example.com", "null"}) {
    CHECK(headers({{"Origin", origin}}, all) ==
          "Access-Control-Allow-Origin=*;Access-Control-Expose-Headers=ETag;");
  }
}

TEST_CASE("a preflight learns the methods and headers, another OPTIONS the methods") {
  auto preflight = request_of({{"Origin", "https://app.example.com"},
                               {"Access-Control-Request-Method", "POST"},
                               {"Access-Control-Request-Headers", "content-type"}});
  const auto answer = answer_options(preflight, {.origins = one, .methods = "POST, OPTIONS"});
  CHECK(answer.status == 204);
  CHECK(words(answer.headers)
            .find("Allow=POST, OPTIONS;Access-Control-Allow-Methods=POST, OPTIONS;"
                  "Access-Control-Allow-Headers=Authorization, Content-Type, If-None-Match, "
                  "Last-Event-ID;Access-Control-Max-Age=600;") != std::string::npos);
  const auto plain = answer_options(request_of({}), {.origins = one, .methods = "POST, OPTIONS"});
  CHECK(words(plain.headers) == "Vary=Origin;Allow=POST, OPTIONS;");
}

}  // namespace weir::gateway::http
