// HTTP requests: whatever comes, however it is cut, the reader makes the same requests of it or
// refuses it with a status; and what is read of a request's target and headers harms nobody.
#include "gateway/http/cross_origin.hpp"
#include "gateway/http/query.hpp"
#include "gateway/net/request_reader.hpp"
#include "tests/fuzz/fuzz_input.hpp"

#include <cassert>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::fuzz {
namespace {

using namespace gateway;

void check(const http::Request& request) {
  assert(!request.target.empty() && request.target.find('\0') == std::string::npos);
  if (const auto path = http::percent_decode(request.path())) {
    assert(path->size() <= request.path().size());
  }
  if (const auto parameters = http::read_query(request.query())) {
    for (const auto& [name, value] : *parameters) {
      assert(name.size() + value.size() <= request.query().size());
      assert(http::query_parameter(request.query(), name).has_value());
    }
  }
  static_cast<void>(request.has_json_body());
  const std::vector<std::string> origins{"https://app.example.com"};
  if (http::is_foreign(request, origins)) return;
  const auto answer = http::answer_options(request, {.origins = origins, .methods = "GET"});
  // A header never ends its line early: to_wire asserts that.
  assert(!http::to_wire(answer, {}).empty());
}

/// The requests in a word each, and how it ended.
std::string read(std::string_view bytes, const std::vector<std::size_t>& cuts) {
  net::RequestReader reader({.header_bytes = 1024, .body_bytes = 256});
  std::string words;
  std::size_t turn = 0;
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, cuts[turn++ % cuts.size()]);
    bytes.remove_prefix(part.size());
    auto result = reader.feed(part);
    while (result && *result) {
      const auto& request = (*result)->request;
      assert(request.body.size() <= 256);
      check(request);
      words += request.method + " " + request.target + " " + request.body + "\n";
      result = reader.feed({});
    }
    if (!result) {
      assert(result.error().status >= 400 && !result.error().text.empty());
      return words + std::to_string(result.error().status);
    }
    static_cast<void>(reader.take_continue());
  }
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input({data, size});
  const auto cuts = input.cuts();
  const auto whole = read(input.rest(), {std::string_view::npos});
  const auto cut = read(input.rest(), cuts);
  assert(whole == cut);
  return 0;
}

}  // namespace weir::tests::fuzz
