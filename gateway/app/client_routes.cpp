#include "gateway/app/client_routes.hpp"

#include "gateway/app/api_call.hpp"
#include "gateway/app/page_files.hpp"
#include "gateway/app/publish_exchange.hpp"
#include "gateway/app/topic_exchange.hpp"
#include "gateway/http/error_response.hpp"

#include <string_view>
#include <utility>

namespace weir::gateway::app {
namespace {

constexpr std::string_view api_path = "/v1/";
constexpr std::string_view publish_path = "/v1/publish";
constexpr std::string_view topics_path = "/v1/topics/";

http::Response respond_with_page(const http::Request& request) {
  auto response = respond_with_page_file(console::Site::clients, request.path());
  if (!response) return http::text_response(404, "nothing is at this path");
  if (request.method != "GET" && request.method != "HEAD") {
    auto refusal = http::text_response(405, "only GET and HEAD");
    refusal.headers.push_back({"Allow", "GET, HEAD"});
    return refusal;
  }
  return std::move(*response);
}

/// GET, which has its events, does not come here.
http::Response respond_beside_events(const http::Request& request, const ClientContext& context) {
  const auto& origins = context.listen.at(request.listener).origins;
  // HEAD comes as GET, and events have no end that its answer could tell of.
  auto other = request;
  if (other.method == "GET") other.method = "HEAD";
  const auto early = answer_early(other, {.origins = origins, .methods = "GET, OPTIONS"});
  return early.value_or(http::error_response({protocol::ErrorCode::internal, {}}));
}

}  // namespace

net::Answer respond_to_client(const http::Request& request,
                              net::ExchangePort& connection,
                              const ClientContext& context) {
  const auto path = request.path();
  if (path == publish_path) return answer_publish(request, connection, context);
  if (path.starts_with(topics_path)) {
    return answer_topic(request, path.substr(topics_path.size()), connection, context);
  }
  if (path == events_path) return respond_beside_events(request, context);
  if (path.starts_with(api_path)) {
    return http::error_response(404, {protocol::ErrorCode::unsupported, "nothing is at this path"});
  }
  return respond_with_page(request);
}

}  // namespace weir::gateway::app
