#include "gateway/app/admin_guard.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::app {

TEST_CASE("a change comes as JSON and from no page of another site") {
  struct Row {
    std::string_view name;
    std::vector<http::Header> headers;
    unsigned status;  // 0: it may go on
  };
  const std::vector<Row> rows{
      {"a tool", {{"Content-Type", "application/json"}}, 0},
      {"with parameters", {{"Content-Type", "Application/JSON ; charset=utf-8"}}, 0},
      {"the port's own page",
       {{"Content-Type", "application/json"}, {"Origin", "http://127.0.0.1:8081"}},
       0},
      {"no type", {}, 415},
      {"what a form can send", {{"Content-Type", "text/plain"}}, 415},
      {"another type that begins so", {{"Content-Type", "application/jsonp"}}, 415},
      {"another site", {{"Content-Type", "application/json"}, {"Origin", "http://a.test"}}, 403},
      {"no site", {{"Content-Type", "application/json"}, {"Origin", "null"}}, 403},
      {"two origins",
       {{"Content-Type", "application/json"},
        {"Origin", "http://127.0.0.1:8081"},
        {"Origin", "http://a.test"}},
       403},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    http::Request request;
    request.headers = row.headers;
    request.headers.push_back({"Host", "127.0.0.1:8081"});
    const auto refused = refuse_write(request);
    CHECK((refused ? refused->status : 0) == row.status);
  }
}

}  // namespace weir::gateway::app
