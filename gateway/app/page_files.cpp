#include "gateway/app/page_files.hpp"

namespace weir::gateway::app {
namespace {

/// The pages load their own files and talk to this gateway; whatever somebody publishes is no
/// script.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

std::optional<http::Response> respond_with_page_file(console::Site site, std::string_view path) {
  const auto* asset = console::find_asset(site, path);
  if (asset == nullptr) return std::nullopt;
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
