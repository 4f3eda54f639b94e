#pragma once

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string_view>
#include <weir/weir_adapter.h>

namespace weir::adapters::abi {

/// An adapter cannot be had or cannot begin: the message says which and why, and what to do.
class AdapterError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Who wrote the adapter, and so what is checked of what it publishes.
enum class Trust {
  built_in,  ///< payloads are valid JSON: it has checked them itself
  plugin,    ///< every payload is checked
};

/// An adapter's function table, known to be of our version and complete: functions that the maker
/// did not know are NULL. Points into code that is never unloaded, so it may be copied.
struct AdapterCode {
  weir_adapter functions{};
  Trust trust = Trust::plugin;
};

/// One adapter that is part of the gateway: a row of the table that gateway/app passes down.
struct BuiltIn {
  std::string_view type;  ///< as in the config, e.g. "tcp"
  weir_adapter_entry_function entry;
};

/// Checks a table that an entry function returned.
/// Errors: AdapterError - no table, another ABI version, or a function that must be there is
/// missing.
[[nodiscard]] AdapterCode checked_code(const weir_adapter* table, Trust trust);

/// The built-in adapter of this type. Errors: AdapterError - none has that name; lists those there
/// are.
[[nodiscard]] AdapterCode find_built_in(std::string_view type, std::span<const BuiltIn> built_ins);

/// Loads a plug-in for the life of the process.
/// Shape:  `path` is absolute, or relative to `config_folder`; links are followed.
/// Errors: AdapterError - as check_plugin_file says of the file, unresolved symbols, no entry
///         function, or as checked_code.
[[nodiscard]] AdapterCode load_plugin(const std::filesystem::path& path,
                                      const std::filesystem::path& config_folder);

}  // namespace weir::adapters::abi
