#pragma once

#include "adapters/tcp/feed_format.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <weir/weir_adapter.h>

namespace weir::adapters::tcp {

/// What is to be sent to a feeder, as lines or as frames.
class FeedOutput {
public:
  explicit FeedOutput(FeedFormat format) : format_(format) {}

  /// `append(out)` writes one line with its end, as the functions of common/feed_text do.
  template <class Append>
  void say(Append append) {
    if (format_ == FeedFormat::json) return append(bytes_);
    line_.clear();
    append(line_);
    add_frame(line_);
  }
  /// What a client published.
  void say_entry(const weir_publication& entry, std::uint64_t id);

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  /// Moves it all to `out`, which is empty.
  void take(std::string& out) { out.swap(bytes_); }

private:
  void add_frame(const std::string& line);

  FeedFormat format_;
  std::string bytes_;
  std::string line_;  ///< scratch
};

}  // namespace weir::adapters::tcp
