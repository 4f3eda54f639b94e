#include "adapters/abi/plugin.hpp"

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <sys/stat.h>
#include <system_error>

namespace weir::adapters::abi {

namespace {

/// Up to here every plug-in of version 1 has the table.
constexpr std::size_t required_bytes = offsetof(weir_adapter, wanted);

std::string quoted(const std::filesystem::path& path) {
  return "plug-in '" + path.string() + "'";
}

bool is_writable_by_all(const struct stat& status) {
  return (status.st_mode & S_IWOTH) != 0;
}

/// The file behind `path`, with links followed.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code error;
  auto file = std::filesystem::canonical(path, error);
  if (error) throw AdapterError(quoted(path) + ": " + error.message());
  return file;
}

/// Whoever can write the file, or put another in its place, is the gateway.
void check_file(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0)
    throw AdapterError(quoted(file) + ": " + std::generic_category().message(errno));
  if (!S_ISREG(status.st_mode)) throw AdapterError(quoted(file) + " is not a regular file");
  if (is_writable_by_all(status))
    throw AdapterError(quoted(file) + " is writable by everybody; chmod o-w it");
  struct stat folder{};
  if (::stat(file.parent_path().c_str(), &folder) == 0 && is_writable_by_all(folder) &&
      (folder.st_mode & S_ISVTX) == 0)
    throw AdapterError(quoted(file) + " is in a folder that is writable by everybody; chmod o-w '" +
                       file.parent_path().string() + "'");
}

/// dlsym hands functions out as object pointers; POSIX says that they have the same bits.
weir_adapter_entry_function to_entry(void* symbol) {
  weir_adapter_entry_function entry = nullptr;
  static_assert(sizeof entry == sizeof symbol);
  std::memcpy(static_cast<void*>(&entry), static_cast<const void*>(&symbol), sizeof entry);
  return entry;
}

}  // namespace

AdapterCode checked_code(const weir_adapter* table, Trust trust) {
  if (table == nullptr)
    throw AdapterError("does not work with ABI version " + std::to_string(WEIR_ABI_VERSION));
  if (table->abi_version != WEIR_ABI_VERSION)
    throw AdapterError("is built for ABI version " + std::to_string(table->abi_version) +
                       ", this gateway has " + std::to_string(WEIR_ABI_VERSION));
  if (table->size < required_bytes)
    throw AdapterError("has a function table of " + std::to_string(table->size) +
                       " bytes, expected at least " + std::to_string(required_bytes));
  AdapterCode code{.functions = {}, .trust = trust};
  std::memcpy(&code.functions, table, std::min<std::size_t>(table->size, sizeof code.functions));
  const weir_adapter& functions = code.functions;
  if (functions.open == nullptr || functions.start == nullptr || functions.stop == nullptr ||
      functions.close == nullptr)
    throw AdapterError("lacks one of the functions open, start, stop, close");
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
  const std::filesystem::path file = resolved(config_folder / path);
  check_file(file);
  // never unloaded: threads and exit handlers of a plug-in may outlive its `close`
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr)
    throw AdapterError(quoted(file) + " cannot be loaded: " +
                       std::string(::dlerror()));  // NOLINT(concurrency-mt-unsafe): per thread
  void* symbol = ::dlsym(library, WEIR_ADAPTER_ENTRY);
  if (symbol == nullptr)
    throw AdapterError(quoted(file) + " does not export the function " WEIR_ADAPTER_ENTRY);
  try {
    return checked_code(to_entry(symbol)(WEIR_ABI_VERSION), Trust::plugin);
  } catch (const AdapterError& error) {
    throw AdapterError(quoted(file) + " " + error.what());
  }
}

}  // namespace weir::adapters::abi
