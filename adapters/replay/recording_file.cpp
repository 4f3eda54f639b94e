#include "adapters/replay/recording_file.hpp"

#include "adapters/abi/adapter.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace weir::adapters::replay {

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw abi::Failure("the recording " + path + " cannot be read: " + why, WEIR_ERROR_UNAVAILABLE);
}

std::string last_problem() {
  return std::system_category().message(errno);
}

}  // namespace

RecordingFile::RecordingFile(const std::string& path) : path_(path), file_(nullptr, std::fclose) {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  // reading from a pipe could wait for ever
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    fail(path, "it is no regular file");
  file_.reset(std::fopen(path.c_str(), "rbe"));
  if (file_ == nullptr) fail(path, last_problem());
}

std::size_t RecordingFile::read(std::span<char> to) {
  const std::size_t bytes = std::fread(to.data(), 1, to.size(), file_.get());
  if (bytes == 0 && std::ferror(file_.get()) != 0) fail(path_, last_problem());
  return bytes;
}

}  // namespace weir::adapters::replay
