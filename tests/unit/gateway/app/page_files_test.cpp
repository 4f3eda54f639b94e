#include "gateway/app/page_files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace weir::gateway::app {
namespace {

using console::Site;

/// A gateway that was built without npm has no page for operators.
bool has_operator_page() {
  return console::find_asset(Site::operators, "/") != nullptr;
}

/// What the root of a site says that scripts may do; empty: there is no page.
std::string policy_of(Site site) {
  const auto response = respond_with_page_file(site, "/");
  if (!response || !response->content_type.starts_with("text/html")) return {};
  const auto policy =
      std::ranges::find(response->headers, "Content-Security-Policy", &http::Header::name);
  return policy == response->headers.end() ? std::string() : policy->value;
}

}  // namespace

TEST_CASE("each site has a page at its root, with a policy that lets nothing foreign in") {
  CHECK(policy_of(Site::clients).starts_with("default-src 'none'; script-src 'self';"));
  CHECK(policy_of(Site::operators) == (has_operator_page() ? policy_of(Site::clients) : ""));
}

TEST_CASE("a site has its own files and no others") {
  CHECK(!respond_with_page_file(Site::clients, "/operator/").has_value());
  CHECK(!respond_with_page_file(Site::clients, "/operator/operator.js").has_value());
  CHECK(!respond_with_page_file(Site::operators, "/console.js").has_value());
  CHECK(!respond_with_page_file(Site::operators, "/../style.css").has_value());
  CHECK(respond_with_page_file(Site::operators, "/operator.js").has_value() == has_operator_page());
}

}  // namespace weir::gateway::app
