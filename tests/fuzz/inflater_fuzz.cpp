// Compressed messages: whatever they are, the outcome does not depend on how they are cut, output
// stays within the limit, zlib by itself finds the same text; and what we compress inflates to what
// it was.
#include "protocol/websocket/deflate.hpp"
#include "tests/fuzz/fuzz_input.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <zlib.h>

namespace weir::tests::fuzz {
namespace {

using namespace protocol::websocket;
using protocol::as_bytes;
using protocol::as_text;
using protocol::ByteView;

constexpr std::size_t generous_limit = std::size_t{1} << 16U;

struct Outcome {
  std::string text;
  std::optional<Fault> fault;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome inflate_message(Inflater& inflater,
                        std::string_view payload,
                        const std::vector<std::size_t>& cuts,
                        std::size_t limit) {
  Outcome outcome;
  for (std::size_t i = 0; !payload.empty(); ++i) {
    const auto piece = payload.substr(0, cuts[i % cuts.size()]);
    payload.remove_prefix(piece.size());
    const auto fed = inflater.feed(as_bytes(piece), outcome.text, limit);
    assert(outcome.text.size() <= limit);
    assert(outcome.text.capacity() <= std::max(limit, std::string().capacity()));
    if (!fed) {
      outcome.fault = fed.error();
      return outcome;
    }
  }
  if (const auto end = inflater.finish(outcome.text, limit); !end) outcome.fault = end.error();
  assert(outcome.text.size() <= limit);
  return outcome;
}

/// What zlib makes of the payload and the tail in one go; nullopt where it sees a fault, a last
/// block, or too much.
std::optional<std::string> inflate_by_zlib(std::string_view payload) {
  auto input = std::string(payload).append("\x00\x00\xff\xff", 4);
  std::string output(generous_limit, '\0');
  z_stream stream{};
  assert(inflateInit2(&stream, -MAX_WBITS) == Z_OK);
  stream.next_in = protocol::as_mutable_bytes(input).data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = protocol::as_mutable_bytes(output).data();
  stream.avail_out = static_cast<uInt>(output.size());
  const int status = inflate(&stream, Z_SYNC_FLUSH);
  const auto bytes = output.size() - stream.avail_out;
  const bool is_whole = status == Z_OK && stream.avail_out > 0 && (stream.data_type & 128) != 0;
  inflateEnd(&stream);
  if (!is_whole) return std::nullopt;
  output.resize(bytes);
  return output;
}

void check_round_trip(std::string_view text, std::uint8_t window_bits, int level) {
  Deflater deflater({.window_bits = window_bits, .level = level, .takeover = ContextTakeover::yes});
  Inflater inflater(ContextTakeover::yes);
  for (int i = 0; i < 2; ++i) {
    std::string payload;
    deflater.compress(text, payload);
    assert(inflate_message(inflater, payload, {7, 100}, generous_limit) ==
           (Outcome{std::string(text), std::nullopt}));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input({data, size});
  const auto window_bits = static_cast<std::uint8_t>(8 + input.byte() % 8);
  const auto takeover = input.flag() ? ContextTakeover::yes : ContextTakeover::no;
  const std::size_t limit = input.flag() ? 100 : generous_limit;
  const int level = input.byte() % 10;
  const auto cuts = input.cuts();
  const auto payload = input.rest();

  Inflater whole(takeover);
  Inflater in_pieces(takeover);
  Inflater by_byte(takeover);
  for (int i = 0; i < 2; ++i) {  // twice: the second message sees what the first has left
    const auto outcome = inflate_message(whole, payload, {size + 1}, limit);
    assert(inflate_message(in_pieces, payload, cuts, limit) == outcome);
    assert(inflate_message(by_byte, payload, {1}, limit) == outcome);
    if (outcome.fault) break;
    assert(whole.is_active() == (takeover == ContextTakeover::yes && !payload.empty()));
    const auto by_zlib = inflate_by_zlib(payload);
    if (by_zlib && takeover == ContextTakeover::no) assert(outcome.text == *by_zlib);
  }
  check_round_trip(payload, window_bits, level);
  return 0;
}

}  // namespace weir::tests::fuzz
