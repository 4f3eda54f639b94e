#pragma once

#include "gateway/console/assets.hpp"
#include "gateway/http/message.hpp"

#include <optional>
#include <string_view>

namespace weir::gateway::app {

/// The response with a file of the built-in pages.
/// Shape:  `path` as in the request, without its query; nullopt where no file is at this path.
[[nodiscard]] std::optional<http::Response> respond_with_page_file(console::Site site,
                                                                   std::string_view path);

}  // namespace weir::gateway::app
