#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <span>
#include <string>

namespace weir::adapters::replay {

/// A recording that is read from its beginning to its end.
class RecordingFile {
public:
  /// Errors: abi::Failure - it cannot be read, or is no regular file; says which and why.
  explicit RecordingFile(const std::string& path);

  /// The next bytes. Shape: how many were put there; 0: it is over.
  /// Errors: abi::Failure - the disk does not give them.
  [[nodiscard]] std::size_t read(std::span<char> to);

private:
  std::string path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

}  // namespace weir::adapters::replay
