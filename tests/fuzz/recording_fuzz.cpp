// Lines of a feed, as a recording: whatever they are, and wherever the file is cut, the same
// entries and the same skipped lines come; and another parser agrees about what is JSON.
#include "adapters/abi/text.hpp"
#include "adapters/replay/player.hpp"
#include "protocol/core/utf8.hpp"
#include "tests/fuzz/check_is_json.hpp"
#include "tests/fuzz/fuzz_input.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::fuzz {
namespace {

using adapters::abi::to_view;
using adapters::replay::Player;
using adapters::replay::TimePoint;

constexpr std::size_t line_bytes_max = 512;

/// What is the same of an entry wherever it lies. The numbers are of lines.
std::string describe(const weir_publication& entry) {
  std::string text = std::to_string(entry.receipt) + " " + std::to_string(entry.operation);
  for (const auto part : {entry.topic, entry.key, entry.mid}) {
    assert(protocol::is_utf8(to_view(part)));
    text.append(" ").append(to_view(part));
  }
  if (entry.operation == WEIR_REPLACE && entry.format == WEIR_JSON)
    check_is_json(to_view(entry.payload));
  text.append(" ").append(to_view(entry.payload));
  for (std::size_t i = 0; i < entry.field_count; ++i) {
    check_is_json(to_view(entry.fields[i].json));
    text.append(" ").append(to_view(entry.fields[i].name));
    text.append("=").append(to_view(entry.fields[i].json));
  }
  return text;
}

/// Plays it to its end, on a clock that jumps.
std::vector<std::string> play(std::string_view recording, const std::vector<std::size_t>& cuts) {
  Player player({.line_bytes_max = line_bytes_max, .speed = 1}, TimePoint{});
  TimePoint now{};
  std::vector<std::string> seen;
  std::vector<std::string> skipped;
  for (std::size_t reads = 0;;) {
    const auto step = player.next(now);
    for (const auto& line : player.take_skipped())
      skipped.push_back("skipped " + std::to_string(line.number));
    if (std::holds_alternative<Player::End>(step)) break;
    if (const auto* wait = std::get_if<Player::Wait>(&step)) {
      assert(wait->until > now);
      now = wait->until;
    } else if (const auto* due = std::get_if<Player::Publish>(&step)) {
      assert(!due->entries.empty());
      for (const auto& entry : due->entries) seen.push_back(describe(entry));
    } else {
      const auto to = player.prepare();
      const auto bytes = std::min({cuts[reads++ % cuts.size()], to.size(), recording.size()});
      std::copy_n(recording.data(), bytes, to.data());
      recording.remove_prefix(bytes);
      player.on_read(bytes);
    }
  }
  seen.insert(seen.end(), skipped.begin(), skipped.end());
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input({data, size});
  const auto cuts = input.cuts();
  const auto recording = input.rest();
  const auto at_once = play(recording, {recording.size() + 1});
  assert(at_once == play(recording, cuts));
  return 0;
}

}  // namespace weir::tests::fuzz
