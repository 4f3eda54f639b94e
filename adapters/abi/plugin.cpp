#include "adapters/abi/plugin.hpp"

#include "adapters/abi/plugin_file.hpp"
#include "adapters/abi/text.hpp"

#include <cstddef>
#include <cstring>
#include <dlfcn.h>
#include <exception>
#include <string>
#include <utility>

namespace weir::adapters::abi {

namespace {

/// Up to here every plug-in of version 1 has the table.
constexpr std::size_t required_bytes = offsetof(weir_adapter, wanted);
constexpr std::size_t table_bytes_max = 4096;

/// dlsym hands functions out as object pointers; POSIX says that they have the same bits.
weir_adapter_entry_function to_entry(void* symbol) {
  weir_adapter_entry_function entry = nullptr;
  static_assert(sizeof entry == sizeof symbol);
  std::memcpy(static_cast<void*>(&entry), static_cast<const void*>(&symbol), sizeof entry);
  return entry;
}

}  // namespace

AdapterCode checked_code(const weir_adapter* table, Trust trust) {
  const std::string ours = std::to_string(WEIR_ABI_VERSION);
  if (table == nullptr)
    throw AdapterError("does not work with ABI version " + ours + ": its entry function returned " +
                       "NULL; build it with the headers of this gateway");
  if (table->abi_version != WEIR_ABI_VERSION)
    throw AdapterError("is built for ABI version " + std::to_string(table->abi_version) +
                       ", this gateway has " + ours +
                       "; build it with the headers of this gateway");
  if (table->size < required_bytes || table->size > table_bytes_max)
    throw AdapterError("has a function table of " + std::to_string(table->size) +
                       " bytes, expected at least " + std::to_string(required_bytes) +
                       "; set weir_adapter.size to sizeof(weir_adapter)");
  AdapterCode code{.functions = sized_copy(table), .trust = trust};
  const weir_adapter& functions = code.functions;
  for (const auto& [name, is_missing] : {std::pair("open", functions.open == nullptr),
                                         std::pair("start", functions.start == nullptr),
                                         std::pair("stop", functions.stop == nullptr),
                                         std::pair("close", functions.close == nullptr)}) {
    if (is_missing)
      throw AdapterError("lacks the function " + std::string(name) +
                         ", which every adapter must have; set it in the function table");
  }
  return code;
}

AdapterCode find_built_in(std::string_view type, std::span<const BuiltIn> built_ins) {
  std::string known;
  for (const BuiltIn& built_in : built_ins) {
    if (built_in.type == type)
      return checked_code(built_in.entry(WEIR_ABI_VERSION), Trust::built_in);
    known += "'" + std::string(built_in.type) + "', ";
  }
  throw AdapterError("adapter type '" + std::string(type) + "' is unknown; expected one of " +
                     known + "'plugin'");
}

AdapterCode load_plugin(const std::filesystem::path& path,
                        const std::filesystem::path& config_folder) {
  const std::filesystem::path file = check_plugin_file(config_folder / path);
  // never unloaded: threads and exit handlers of a plug-in may outlive its `close`
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr)
    throw AdapterError(quoted_plugin(file) + " cannot be loaded: " +
                       std::string(::dlerror()) +  // NOLINT(concurrency-mt-unsafe): per thread
                       "; link it with every library that it uses");
  void* symbol = ::dlsym(library, WEIR_ADAPTER_ENTRY);
  if (symbol == nullptr)
    throw AdapterError(quoted_plugin(file) +
                       " does not export the function " WEIR_ADAPTER_ENTRY
                       "; define it as weir_adapter.h declares it, with WEIR_EXPORT");
  try {
    return checked_code(to_entry(symbol)(WEIR_ABI_VERSION), Trust::plugin);
  } catch (const AdapterError& error) {
    throw AdapterError(quoted_plugin(file) + " " + error.what());
  } catch (const std::exception& error) {
    throw AdapterError(quoted_plugin(file) + " threw in its entry function: " + error.what());
  } catch (...) {
    throw AdapterError(quoted_plugin(file) + " threw in its entry function");
  }
}

}  // namespace weir::adapters::abi
