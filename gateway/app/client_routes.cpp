#include "gateway/app/client_routes.hpp"

#include "gateway/app/page_files.hpp"

namespace weir::gateway::app {

http::Response respond_to_client(const http::Request& request) {
  auto response = respond_with_page_file(console::Site::clients, request.path());
  if (!response) return http::text_response(404, "nothing is at this path");
  if (request.method != "GET" && request.method != "HEAD") {
    auto refusal = http::text_response(405, "only GET and HEAD");
    refusal.headers.push_back({"Allow", "GET, HEAD"});
    return refusal;
  }
  return std::move(*response);
}

}  // namespace weir::gateway::app
