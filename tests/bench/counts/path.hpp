#pragma once

#include <memory>
#include <string_view>
#include <vector>

namespace weir::tests::bench {

/// Something that a gateway does all the time, to be counted by itself.
class Path {
public:
  virtual ~Path() = default;
  /// Not counted: what has to be before the next round.
  virtual void prepare() {}
  /// Counted.
  virtual void round() = 0;
  /// Whether the rounds have done what they are to count: else the count says nothing.
  [[nodiscard]] virtual bool is_sound() = 0;

protected:
  Path() = default;
  Path(const Path&) = default;
  Path& operator=(const Path&) = default;
};

/// A path by its name in the baseline.
struct NamedPath {
  std::string_view name;
  std::unique_ptr<Path> (*make)();
};

[[nodiscard]] const std::vector<NamedPath>& paths();

}  // namespace weir::tests::bench
