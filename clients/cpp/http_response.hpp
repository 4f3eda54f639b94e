#pragma once

#include "protocol/core/bytes.hpp"
#include "protocol/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::clients::cpp {

/// The head of an HTTP/1 response.
struct HttpResponse {
  unsigned status = 0;                                       ///< 100..599
  std::string reason;                                        ///< may be empty
  std::vector<std::pair<std::string, std::string>> headers;  ///< values without blanks around them

  /// The values of a header, joined with ", " where there are several; empty when absent.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// Reads one response head from a byte stream, in any segmentation.
class HttpResponseReader {
public:
  static constexpr std::size_t head_bytes_max = std::size_t{16} * 1024;

  /// Takes bytes off the front of `in`, up to the end of the head.
  /// Shape:  nullopt when `in` is used up: call again with what comes next.
  /// Errors: one sentence; the stream is no HTTP response, or its head has no end.
  [[nodiscard]] protocol::Result<std::optional<HttpResponse>, std::string> next(
      protocol::MutableByteView& in);

private:
  std::string head_;
};

}  // namespace weir::clients::cpp
