#pragma once

#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace weir::tests {

/// A file with a recording, gone with this object.
class TemporaryRecording {
public:
  explicit TemporaryRecording(const std::string& text) { std::ofstream(path()) << text; }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] std::string path() const { return (folder() / "recording.ndjson").string(); }

private:
  TemporaryFolder folder_;
};

}  // namespace weir::tests
