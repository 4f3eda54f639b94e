#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace weir::tests {

/// A file with a recording, gone with this object.
class TemporaryRecording {
public:
  explicit TemporaryRecording(const std::string& text)
      : folder_(std::filesystem::temp_directory_path() / "weir-recording-XXXXXX") {
    std::string name = folder_.string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
    folder_ = name;
    std::ofstream(path()) << text;
  }
  ~TemporaryRecording() { std::filesystem::remove_all(folder_); }
  TemporaryRecording(const TemporaryRecording&) = delete;
  TemporaryRecording& operator=(const TemporaryRecording&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::string path() const { return (folder_ / "recording.ndjson").string(); }

private:
  std::filesystem::path folder_;
};

}  // namespace weir::tests
