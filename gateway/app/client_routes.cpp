#include "gateway/app/client_routes.hpp"

#include "gateway/console/assets.hpp"

#include <string>

namespace weir::gateway::app {
namespace {

/// The pages load their own files and talk to this gateway; whatever somebody publishes is no
/// script.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

http::Response respond_to_client(const http::Request& request) {
  const auto* asset = console::find_asset(request.path());
  if (asset == nullptr) return http::text_response(404, "nothing is at this path");
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = http::text_response(405, "only GET and HEAD");
    response.headers.push_back({"Allow", "GET, HEAD"});
    return response;
  }
  http::Response response;
  response.content_type = asset->content_type;
  response.body = asset->content;
  // The pages belong to this very gateway: another version must not meet an older page.
  response.headers = {{"Cache-Control", "no-cache"},
                      {"Content-Security-Policy", page_policy},
                      {"Referrer-Policy", "no-referrer"},
                      {"X-Content-Type-Options", "nosniff"}};
  return response;
}

}  // namespace weir::gateway::app
