#pragma once

#include "adapters/common/json_reader.hpp"
#include "protocol/core/error.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
#include <weir/weir_adapter.h>

namespace weir::adapters::common {

/// What a feeder answers to a line that the gateway sent it.
struct FeedReply {
  std::uint64_t id = 0;
  std::optional<protocol::Error> error;  ///< none: the feeder has it
};

/// A line that was one entry; it is the last of the batch now.
struct FeedEntry {
  std::optional<std::uint64_t> id;     ///< the feeder wants an ack with it
  std::optional<std::uint64_t> at_ms;  ///< of a recording: since its beginning
};

/// How a feeder introduces itself: {"hello":...,"auth":...}, either or both.
struct FeedGreeting {
  std::string name;       ///< what it calls itself; empty: nothing
  std::string_view auth;  ///< its secret; lives until the batch is cleared
  bool has_auth = false;
};

/// Why a line says nothing.
struct BadLine {
  protocol::Error error;
  std::optional<std::uint64_t> id;  ///< where it could be read; the line is valid JSON then
};

/// What a line of the feed says; std::monostate: it is blank.
using FeedLine = std::variant<std::monostate, FeedEntry, FeedReply, FeedGreeting>;

/// Where lines come from. Only those of a recording have `at_ms`; only a feeder greets.
enum class LineSource : std::uint8_t { feeder, recording };

/// Reads lines of the feed into an array that can be published at once.
/// Shape:  publications refer to the lines, and to this batch, until `clear`.
/// Errors: bad_request, too_big - name the member and what was expected; the batch stays as it was.
/// Source: adapters/tcp/README.md, adapters/replay/README.md.
class FeedBatch {
public:
  explicit FeedBatch(LineSource source = LineSource::feeder) : source_(source) {}

  [[nodiscard]] protocol::Result<FeedLine, BadLine> add(std::string_view line);

  /// The entry of the last `add` that had one.
  [[nodiscard]] weir_publication& last() { return publications_.back(); }
  /// Takes it out again.
  void drop_last();
  [[nodiscard]] std::span<const weir_publication> publications();
  void clear();

private:
  struct Members;

  bool read_member(JsonReader& reader, JsonString name, Members& members);
  bool read_fields(JsonReader& reader, Members& members);
  bool read_text(JsonReader& reader, std::string_view& out);
  bool read_data(JsonReader& reader, Members& members);
  bool read_hello(JsonReader& reader, Members& members);
  bool read_error(JsonReader& reader, Members& members);
  std::string_view text_of(JsonString string);
  protocol::Result<FeedLine, BadLine> finish(const Members& members);
  static protocol::Result<FeedLine, BadLine> finish_greeting(const Members& members);
  static protocol::Result<FeedLine, BadLine> finish_reply(const Members& members);
  void append(const Members& members);

  LineSource source_;
  std::vector<weir_publication> publications_;  ///< `fields` is set by publications()
  std::vector<weir_field> fields_;              ///< of all of them, in order
  std::deque<std::string> texts_;               ///< what had to be unescaped or decoded
};

}  // namespace weir::adapters::common
