#include "gateway/app/admin_routes.hpp"

#include "gateway/app/admin_json.hpp"
#include "gateway/app/admin_revoke.hpp"
#include "gateway/app/admin_sessions.hpp"
#include "gateway/app/page_files.hpp"
#include "gateway/app/prometheus_exporter.hpp"
#include "gateway/http/query.hpp"
#include "protocol/core/topic.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <utility>

namespace weir::gateway::app {
namespace {

using http::Request;
using http::Response;

/// An IP address in the form in which addresses can be compared; empty: it is none.
std::string canonical_address(std::string_view text) {
  const std::string address(text);
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, address.c_str(), bytes.data()) != 1) continue;
    std::array<char, INET6_ADDRSTRLEN> out{};
    return inet_ntop(family, bytes.data(), out.data(), out.size());
  }
  return {};
}

/// Without the port; an IPv6 address without its brackets.
std::string_view host_name(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string_view::npos ? std::string_view() : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

Response respond_metrics(const Request& /*request*/, AdminSource& source) {
  const auto snapshot = source.measure();
  if (!snapshot) return no_answer();
  Response response;
  response.content_type = prometheus_content_type;
  response.body = to_prometheus_text(*snapshot);
  return response;
}

/// Alive is who still answers: a shard that hangs is a reason to be started anew.
Response respond_livez(const Request& /*request*/, AdminSource& source) {
  return source.measure() ? http::text_response(200, "alive") : no_answer();
}

Response respond_readyz(const Request& /*request*/, AdminSource& source) {
  const auto obstacles = source.find_obstacles();
  if (obstacles.empty()) return http::text_response(200, "ready");
  std::string text;
  for (const auto& obstacle : obstacles) text += (text.empty() ? "" : "; ") + obstacle;
  return http::text_response(503, text);
}

Response respond_topics(const Request& request, AdminSource& source) {
  std::string filter = "#";
  if (const auto given = http::query_parameter(request.query(), "filter")) filter = *given;
  const auto checked = protocol::check_filter(filter);
  if (!checked) return http::text_response(400, checked.error().message());
  const auto topics = source.list_topics(filter);
  return topics ? json_response(to_json(*topics)) : no_answer();
}

Response respond_adapters(const Request& /*request*/, AdminSource& source) {
  return json_response(to_json(source.list_adapters()));
}

struct Route {
  std::string_view path;
  Response (*respond)(const Request&, AdminSource&);
};

constexpr std::array<Route, 6> routes{{
    {"/metrics", respond_metrics},
    {"/livez", respond_livez},
    {"/readyz", respond_readyz},
    {"/admin/sessions", respond_to_session_list},
    {"/admin/topics", respond_topics},
    {"/admin/adapters", respond_adapters},
}};

constexpr std::string_view revoke_path = "/admin/revoke";

/// What takes the place of the operator's page in a gateway that was built without npm.
Response respond_index() {
  std::string text = "weir admin:";
  for (const auto& route : routes) text += " " + std::string(route.path);
  text += " " + std::string(revoke_path);
  return http::text_response(200, text);
}

}  // namespace

bool is_admin_host(std::string_view host, std::string_view listen_address) {
  const auto name = host_name(host);
  if (http::equals_ignoring_case(name, "localhost")) return true;
  const auto address = canonical_address(name);
  if (address.empty()) return false;
  const auto own = canonical_address(listen_address);
  if (own == "0.0.0.0" || own == "::") return true;
  return address == own || address == "::1" || address.starts_with("127.");
}

Response respond_to_admin(const Request& request,
                          std::string_view listen_address,
                          AdminSource& source) {
  if (request.count("host") > 1 ||
      !is_admin_host(request.header("host").value_or(""), listen_address)) {
    return http::text_response(403, "this name is not the admin port's; use its IP address");
  }
  constexpr std::string_view one_session = "/admin/sessions/";
  if (request.path().starts_with(one_session)) {
    return respond_to_session(request, request.path().substr(one_session.size()), source);
  }
  if (request.path() == revoke_path) return respond_to_revoke(request, source);
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = http::text_response(405, "only GET and HEAD");
    response.headers.push_back({"Allow", "GET, HEAD"});
    return response;
  }
  for (const auto& route : routes) {
    if (route.path == request.path()) return route.respond(request, source);
  }
  if (auto page = respond_with_page_file(console::Site::operators, request.path())) {
    return std::move(*page);
  }
  if (request.path() == "/") return respond_index();
  return http::text_response(404, "nothing is at this path");
}

}  // namespace weir::gateway::app
