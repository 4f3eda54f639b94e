#include "adapters/abi/plugin.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

namespace weir::adapters::abi {
namespace {

namespace fs = std::filesystem;

const weir_adapter* other_version(std::uint32_t /*host*/) {
  return nullptr;
}

weir_adapter complete() {
  weir_adapter table{};
  table.size = sizeof table;
  table.abi_version = WEIR_ABI_VERSION;
  table.open = [](const weir_settings*, const weir_host*, weir_error*) {
    return static_cast<void*>(nullptr);
  };
  table.start = [](void*, weir_error*) { return 0; };
  table.stop = [](void*) {};
  table.close = [](void*) {};
  return table;
}

/// What is no plug-in, with the permissions that a test wants.
fs::path write(const tests::TemporaryFolder& folder, const char* name, fs::perms permissions) {
  const fs::path file = folder.path() / name;
  std::ofstream(file) << "no library";
  fs::permissions(file, permissions);
  return file;
}

std::string reason_of(const fs::path& file, const fs::path& folder = "/") {
  try {
    static_cast<void>(load_plugin(file, folder));
  } catch (const AdapterError& error) {
    return error.what();
  }
  return {};
}

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a table is taken if it is of our version and complete") {
  weir_adapter table = complete();
  CHECK((checked_code(&table, Trust::plugin).functions.stop == table.stop));
  CHECK_THROWS_AS((void)checked_code(nullptr, Trust::plugin), AdapterError);

  table.abi_version = WEIR_ABI_VERSION + 1;
  CHECK_THROWS_AS((void)checked_code(&table, Trust::plugin), AdapterError);
  table = complete();
  table.close = nullptr;
  CHECK_THROWS_AS((void)checked_code(&table, Trust::plugin), AdapterError);
  table = complete();
  table.size = offsetof(weir_adapter, wanted);
  CHECK_NOTHROW((void)checked_code(&table, Trust::plugin));
  table.size -= 1;
  CHECK_THROWS_AS((void)checked_code(&table, Trust::plugin), AdapterError);
}

TEST_CASE("an unknown type names the types there are") {
  const std::array built_ins{BuiltIn{"tcp", other_version}, BuiltIn{"host", other_version}};
  CHECK_THROWS_WITH_AS((void)find_built_in("tpc", built_ins),
                       "adapter type 'tpc' is unknown; expected one of 'tcp', 'host', 'plugin'",
                       AdapterError);
  CHECK_THROWS_AS((void)find_built_in("tcp", built_ins), AdapterError);
}

TEST_CASE("a file that is no plug-in, or that others could change, is not loaded") {
  const tests::TemporaryFolder scratch;
  const auto mine = fs::perms::owner_read | fs::perms::owner_write;
  CHECK(has(reason_of("gone.so", scratch.path()), "No such file"));
  CHECK(has(reason_of(scratch.path()), "is not a regular file"));
  CHECK(has(reason_of(write(scratch, "text.so", mine)), "cannot be loaded"));
  CHECK(has(reason_of(write(scratch, "open.so", mine | fs::perms::others_write)),
            "is writable by everybody; chmod o-w it"));
  const fs::path inside = write(scratch, "inside.so", mine);
  fs::permissions(scratch.path(), fs::perms::others_write, fs::perm_options::add);
  CHECK(has(reason_of(inside), "is in a folder that is writable by everybody"));
}

}  // namespace weir::adapters::abi
