#include "adapters/replay/recording_file.hpp"

#include "adapters/abi/adapter.hpp"
#include "tests/unit/adapters/replay/temporary_recording.hpp"

#include <doctest/doctest.h>

#include <array>

namespace weir::adapters::replay {

TEST_CASE("it is read from the beginning to the end") {
  const tests::TemporaryRecording recording("abcdefg");
  RecordingFile file(recording.path());
  std::array<char, 4> buffer{};
  std::string text;
  while (const std::size_t bytes = file.read(buffer)) text.append(buffer.data(), bytes);
  CHECK(text == "abcdefg");
  CHECK(file.read(buffer) == 0);
}

TEST_CASE("what cannot be read is told with its path and the reason") {
  const tests::TemporaryRecording recording("");
  const std::string missing = recording.path() + "x";
  CHECK_THROWS_WITH_AS(
      RecordingFile file(missing),
      ("the recording " + missing + " cannot be read: No such file or directory").c_str(),
      abi::Failure);
  const std::string folder = recording.folder().string();
  CHECK_THROWS_WITH_AS(
      RecordingFile file(folder),
      ("the recording " + folder + " cannot be read: it is no regular file").c_str(),
      abi::Failure);
}

}  // namespace weir::adapters::replay
