#include "adapters/common/small_file.hpp"

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <ios>
#include <system_error>

namespace weir::adapters::common {

namespace {

constexpr std::size_t file_bytes_max = std::size_t{1024} * 1024;

}  // namespace

protocol::Result<std::string, std::string> read_small_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad())
    return protocol::Unexpected<std::string>(std::generic_category().message(errno));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max) return protocol::Unexpected<std::string>("has more than 1 MiB");
  return text;
}

std::string_view without_line_break(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace weir::adapters::common
