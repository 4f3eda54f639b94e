#include "adapters/abi/plugin_file.hpp"

#include "adapters/abi/plugin.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace weir::adapters::abi {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw AdapterError(quoted_plugin(file) + " " + why);
}

/// The file behind `path`, with links followed.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code error;
  auto file = std::filesystem::canonical(path, error);
  if (error)
    refuse(path,
           "cannot be found: " + error.message() +
               "; a relative path is looked up beside the configuration file");
  return file;
}

struct stat status_of(const std::filesystem::path& place) {
  struct stat status{};
  if (::stat(place.c_str(), &status) != 0)
    refuse(place, "cannot be read: " + std::generic_category().message(errno));
  return status;
}

/// Whoever can write the file, or put another in its place, is the gateway.
void check_owner(const std::filesystem::path& file,
                 const std::filesystem::path& place,
                 const std::string& is) {
  const struct stat status = status_of(place);
  const bool is_sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
  if ((status.st_mode & S_IWOTH) != 0 && !is_sticky)
    refuse(file,
           is + " writable by everybody, who could put code into the gateway: chmod o-w '" +
               place.string() + "'");
  if (::geteuid() == 0 && status.st_uid != 0)
    refuse(file,
           is + " owned by user " + std::to_string(status.st_uid) +
               ", who could put code into the gateway, which runs as root: chown root '" +
               place.string() + "', or run the gateway as another user");
}

/// What the dynamic linker looks at first.
struct ElfHead {
  std::uint8_t bits = 0;
  std::uint8_t byte_order = 0;
  std::uint16_t type = 0;
  std::uint16_t machine = 0;

  [[nodiscard]] bool is_of_machine(const ElfHead& other) const {
    return bits == other.bits && byte_order == other.byte_order && machine == other.machine;
  }
};

/// Nothing where the file is no ELF file.
std::optional<ElfHead> read_elf_head(const std::filesystem::path& file) {
  std::array<char, 20> bytes{};  // e_ident, e_type, e_machine
  std::ifstream in(file, std::ios::binary);
  if (!in.read(bytes.data(), bytes.size())) return std::nullopt;
  if (std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0) return std::nullopt;
  const auto byte = [&bytes](std::size_t at) { return static_cast<std::uint8_t>(bytes.at(at)); };
  const bool is_big = byte(EI_DATA) == ELFDATA2MSB;
  const auto number = [&](std::size_t at) {
    const std::uint8_t low = byte(is_big ? at + 1 : at);
    const std::uint8_t high = byte(is_big ? at : at + 1);
    return static_cast<std::uint16_t>(low | (high << 8U));
  };
  return ElfHead{.bits = byte(EI_CLASS),
                 .byte_order = byte(EI_DATA),
                 .type = number(EI_NIDENT),
                 .machine = number(EI_NIDENT + 2)};
}

std::string machine_of(const ElfHead& head) {
  switch (head.machine) {
    case EM_386:
      return "i386";
    case EM_X86_64:
      return "x86-64";
    case EM_ARM:
      return "ARM";
    case EM_AARCH64:
      return "AArch64";
    case EM_RISCV:
      return "RISC-V";
    default:
      return "ELF machine " + std::to_string(head.machine);
  }
}

/// The linker says of all these that the "ELF header" is wrong, or less.
void check_library(const std::filesystem::path& file) {
  const auto head = read_elf_head(file);
  if (!head)
    refuse(file,
           "is no shared library; build one: cc -shared -fPIC, or CMake's add_library MODULE");
  const auto own = read_elf_head("/proc/self/exe");
  if (own && !head->is_of_machine(*own))
    refuse(file,
           "is built for another machine, " + machine_of(*head) + ", while this gateway runs on " +
               machine_of(*own) + "; build it here, or for here");
  if (head->type != ET_DYN)
    refuse(file, "is an object file or a program, no shared library; link it with -shared");
}

}  // namespace

std::string quoted_plugin(const std::filesystem::path& path) {
  return "plug-in '" + path.string() + "'";
}

std::filesystem::path check_plugin_file(const std::filesystem::path& path) {
  auto file = resolved(path);
  if (!S_ISREG(status_of(file).st_mode))
    refuse(file, "is not a regular file; `path` must name the shared library itself");
  check_owner(file, file, "is");
  check_owner(file, file.parent_path(), "is in a folder that is");
  if (::access(file.c_str(), R_OK) != 0)
    refuse(file, "cannot be read: " + std::generic_category().message(errno));
  check_library(file);
  return file;
}

}  // namespace weir::adapters::abi
