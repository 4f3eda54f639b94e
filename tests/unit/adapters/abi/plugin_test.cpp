#include "adapters/abi/plugin.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
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

std::string refusal_of(const weir_adapter* table) {
  try {
    static_cast<void>(checked_code(table, Trust::plugin));
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
  table.size = offsetof(weir_adapter, wanted);
  table.send = [](void*, std::uint64_t, const weir_publication*) {};  // beyond its size
  CHECK_FALSE(static_cast<bool>(checked_code(&table, Trust::plugin).functions.send));
}

TEST_CASE("a table that cannot be used says why, and what to do") {
  struct Row {
    const char* name;
    void (*spoil)(weir_adapter& table);
    const char* why;
  };
  const std::array rows{
      Row{"version",
          [](auto& table) { table.abi_version = 7; },
          "is built for ABI version 7, this gateway has 1; build it with the headers of this "
          "gateway"},
      Row{"short",
          [](auto& table) { table.size = offsetof(weir_adapter, wanted) - 1; },
          "set weir_adapter.size to sizeof(weir_adapter)"},
      Row{"no size", [](auto& table) { table.size = 0; }, "has a function table of 0 bytes"},
      Row{"size never set", [](auto& table) { table.size = UINT32_MAX; }, "4294967295 bytes"},
      Row{"open", [](auto& table) { table.open = nullptr; }, "lacks the function open,"},
      Row{"start", [](auto& table) { table.start = nullptr; }, "lacks the function start,"},
      Row{"stop", [](auto& table) { table.stop = nullptr; }, "lacks the function stop,"},
      Row{"close", [](auto& table) { table.close = nullptr; }, "lacks the function close,"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    weir_adapter table = complete();
    row.spoil(table);
    CHECK(has(refusal_of(&table), row.why));
  }
  CHECK(has(refusal_of(nullptr), "its entry function returned NULL"));
}

TEST_CASE("an unknown type names the types there are") {
  const std::array built_ins{BuiltIn{"tcp", other_version}, BuiltIn{"host", other_version}};
  CHECK_THROWS_WITH_AS((void)find_built_in("tpc", built_ins),
                       "adapter type 'tpc' is unknown; expected one of 'tcp', 'host', 'plugin'",
                       AdapterError);
  CHECK_THROWS_AS((void)find_built_in("tcp", built_ins), AdapterError);
}

TEST_CASE("a path is looked up beside the configuration, and refused with the file's name") {
  const tests::TemporaryFolder scratch;
  const auto mine = fs::perms::owner_read | fs::perms::owner_write;
  const fs::path file = write(scratch, "text.so", mine);
  CHECK(has(reason_of("text.so", scratch.path()), "plug-in '" + file.string() + "' is no shared"));
  CHECK(has(reason_of("gone.so", scratch.path()), "a relative path is looked up beside"));
}

}  // namespace weir::adapters::abi
