#include "gateway/app/client_routes.hpp"

#include "gateway/console/assets.hpp"

#include <string>

namespace weir::gateway::app {

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
  response.headers = {{"Cache-Control", "no-cache"}, {"X-Content-Type-Options", "nosniff"}};
  return response;
}

}  // namespace weir::gateway::app
