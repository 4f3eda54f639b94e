#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::clients::cli {

/// Takes a byte stream apart into lines.
class LineBuffer {
public:
  void append(std::string_view bytes) { bytes_.append(bytes); }
  /// The next whole line, without its end ("\n" or "\r\n").
  [[nodiscard]] std::optional<std::string> next();
  /// What stands behind the last line end, once the stream is over; none: nothing.
  [[nodiscard]] std::optional<std::string> rest();
  /// The number of the line that was taken last, from 1.
  [[nodiscard]] std::size_t line_number() const { return line_number_; }

private:
  std::string bytes_;
  std::size_t at_ = 0;
  std::size_t line_number_ = 0;
};

}  // namespace weir::clients::cli
