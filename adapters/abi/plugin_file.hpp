#pragma once

#include <filesystem>
#include <string>

namespace weir::adapters::abi {

/// The file behind `path`, with links followed, if it may be loaded into this process.
/// Errors: AdapterError - it is not there, is no regular file, is no shared library for this
///         machine, or somebody could change it who could not change this process; says what to do.
[[nodiscard]] std::filesystem::path check_plugin_file(const std::filesystem::path& path);

/// "plug-in '/usr/lib/weir/trades.so'".
[[nodiscard]] std::string quoted_plugin(const std::filesystem::path& path);

}  // namespace weir::adapters::abi
