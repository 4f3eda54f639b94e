#include "adapters/abi/plugin_file.hpp"

#include "adapters/abi/plugin.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace weir::adapters::abi {
namespace {

namespace fs = std::filesystem;

constexpr auto mine = fs::perms::owner_read | fs::perms::owner_write;

/// The first bytes of this program, which say what machine it is for; some of them changed.
std::string own_head() {
  std::ifstream in("/proc/self/exe", std::ios::binary);
  std::string bytes(64, '\0');
  REQUIRE(in.read(bytes.data(), 64));
  bytes[16] = 3;  // ET_DYN, however this program was linked
  return bytes;
}

struct Scratch {
  fs::path write(const char* name, const std::string& bytes, fs::perms permissions = mine) const {
    const fs::path file = folder.path() / name;
    std::ofstream(file, std::ios::binary) << bytes;
    fs::permissions(file, permissions);
    return file;
  }
  tests::TemporaryFolder folder;
};

std::string reason_of(const fs::path& file) {
  try {
    static_cast<void>(check_plugin_file(file));
  } catch (const AdapterError& error) {
    return error.what();
  }
  return "good";
}

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE_FIXTURE(Scratch, "a shared library of this machine is taken, links are followed") {
  const fs::path file = write("good.so", own_head());
  const fs::path link = folder.path() / "link.so";
  fs::create_symlink("good.so", link);
  CHECK(check_plugin_file(link) == fs::canonical(file));
}

TEST_CASE_FIXTURE(Scratch, "what is no shared library for this machine says what it is") {
  CHECK(has(reason_of(folder.path() / "gone.so"), "cannot be found: No such file"));
  CHECK(has(reason_of(folder.path()), "is not a regular file"));
  CHECK(has(reason_of(write("empty.so", "")), "is no shared library; build one"));
  CHECK(has(reason_of(write("text.so", "#!/bin/sh, or anything longer than 20 bytes")),
            "is no shared library; build one"));
  std::string head = own_head();
  head[16] = 1;  // ET_REL
  CHECK(has(reason_of(write("object.so", head)), "is an object file or a program"));
  head = own_head();
  head[18] = static_cast<char>(head[18] == 20 ? 21 : 20);  // EM_PPC or EM_PPC64
  CHECK(has(reason_of(write("other.so", head)), "is built for another machine, ELF machine 2"));
  head = own_head();
  head[4] = static_cast<char>(head[4] == 1 ? 2 : 1);  // the other word size
  CHECK(has(reason_of(write("bits.so", head)), "is built for another machine"));
}

TEST_CASE_FIXTURE(Scratch, "what others could change is refused, and the remedy named") {
  const fs::path open = write("open.so", own_head(), mine | fs::perms::others_write);
  CHECK(has(reason_of(open), "is writable by everybody"));
  CHECK(has(reason_of(open), "chmod o-w '" + open.string() + "'"));
  const fs::path inside = write("inside.so", own_head());
  fs::permissions(folder.path(), fs::perms::others_write, fs::perm_options::add);
  CHECK(has(reason_of(inside), "is in a folder that is writable by everybody"));
  CHECK(has(reason_of(inside), "chmod o-w '" + folder.path().string() + "'"));
  fs::permissions(folder.path(), fs::perms::sticky_bit, fs::perm_options::add);
  CHECK(reason_of(inside) == "good");
}

TEST_CASE_FIXTURE(Scratch, "run by root, the gateway takes only what root owns") {
  if (::geteuid() != 0) {
    MESSAGE("not run by root: nobody else's file can be made");
    return;
  }
  const fs::path file = write("theirs.so", own_head());
  REQUIRE(::chown(file.c_str(), 65534, 65534) == 0);
  CHECK(has(reason_of(file), "is owned by user 65534"));
  CHECK(has(reason_of(file), "chown root '" + file.string() + "'"));
  REQUIRE(::chown(file.c_str(), 0, 0) == 0);
  CHECK(reason_of(file) == "good");
  REQUIRE(::chown(folder.path().c_str(), 65534, 65534) == 0);
  CHECK(has(reason_of(file), "is in a folder that is owned by user 65534"));
}

}  // namespace weir::adapters::abi
