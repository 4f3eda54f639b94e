#pragma once

#include <span>
#include <string_view>

namespace weir::gateway::console {

/// One file of the built-in pages. Views live as long as the program.
struct Asset {
  std::string_view path;          ///< as in the request: "/", "/console.js"
  std::string_view content_type;  ///< as in the response: "text/html; charset=utf-8"
  std::string_view content;       ///< the bytes of the body
};

/// Every file of the built-in pages; "/" is always among them.
[[nodiscard]] std::span<const Asset> assets();

/// The file that is served at `path` (without query); nullptr where there is none.
[[nodiscard]] const Asset* find_asset(std::string_view path);

}  // namespace weir::gateway::console
