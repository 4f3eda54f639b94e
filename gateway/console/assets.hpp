#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir::gateway::console {

/// One file of the built-in pages. Views live as long as the program.
struct Asset {
  std::string_view path;          ///< "/", "/console.js", "/operator/"
  std::string_view content_type;  ///< as in the response: "text/html; charset=utf-8"
  std::string_view content;       ///< the bytes of the body
};

/// Whom pages are for. Those for operators are the files in the folder "operator"; a gateway that
/// was built without npm has none.
enum class Site : std::uint8_t { clients, operators };

/// Every file of the built-in pages; "/" is always among them.
[[nodiscard]] std::span<const Asset> assets();

/// The file that is served at `path` (without query) of a site; nullptr where there is none.
[[nodiscard]] const Asset* find_asset(Site site, std::string_view path);

}  // namespace weir::gateway::console
