#pragma once

#include "clients/cli/output.hpp"
#include "clients/cpp/events.hpp"
#include "clients/cpp/time.hpp"
#include "protocol/core/command.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::clients::cli {

/// What `weir record` is asked to do.
struct RecordOptions {
  std::string url;
  std::vector<std::string> filters;
  std::string file;
  std::optional<cpp::Duration> duration;  ///< end after this time; none: do not
  std::string token{};                    ///< empty: none
  std::string ca_file{};                  ///< who may vouch for a wss gateway; empty: the system's
};

/// Turns what a subscriber gets into lines of a recording: first the state, then every change, each
/// with its time since the first one. Played to another gateway they come to the same state.
/// Source: adapters/replay/README.md.
class Recorder {
public:
  explicit Recorder(std::vector<std::string> filters) : filters_(std::move(filters)) {}

  /// Errors: a sentence about a filter that is none, too few of them, or a missing file name.
  [[nodiscard]] static protocol::Result<void, std::string> check(const RecordOptions& options);
  /// How to subscribe, so that nothing is left out.
  [[nodiscard]] static protocol::SubscribeOptions subscription();

  /// `out` is whole lines for the file.
  [[nodiscard]] Output on(const cpp::ClientEvent& event, cpp::TimePoint now);
  /// How much there is by now, as a line for standard error.
  [[nodiscard]] Output progress() const;
  /// Its time is over, or it was interrupted: the usual end.
  [[nodiscard]] Output on_end() const;

private:
  struct Topic {
    protocol::Kind kind = protocol::Kind::value;
    std::string epoch;
    bool has_lines = false;
  };

  void introduce(const cpp::TopicIntroduced& event, cpp::TimePoint now, std::string& out);
  void record(const cpp::Delivered& delivery, cpp::TimePoint now, std::string& out);
  void record_rows(const cpp::Delivered& delivery, const std::string& begin, std::string& out);
  void add_line(const std::string& begin, std::string_view members, std::string& out);
  [[nodiscard]] std::string line_begin(const std::string& topic, cpp::TimePoint now);

  std::vector<std::string> filters_;
  std::map<std::string, Topic> topics_;
  std::optional<cpp::TimePoint> begin_;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace weir::clients::cli
