// The bytes of a connection, for both roles, with and without compression and with tight limits:
// whatever they are, the outcome does not depend on how they are cut into reads, what is held stays
// within the limits, and text is UTF-8.
#include "protocol/websocket/message_assembler.hpp"
#include "tests/fuzz/fuzz_input.hpp"
#include "tests/support/transcript.hpp"

#include <cassert>
#include <optional>
#include <string_view>

namespace weir::tests::fuzz {
namespace {

using namespace protocol::websocket;

struct Setting {
  Role role;
  MessageLimits limits;
  std::optional<DeflateParameters> deflate;
};

Setting read_setting(FuzzInput& input) {
  Setting setting{.role = input.flag() ? Role::server : Role::client, .limits = {}, .deflate = {}};
  const bool is_tight = input.flag();
  if (is_tight) {
    setting.limits = {.message_bytes_max = 64, .wire_bytes_max = 128, .fragments_max = 5};
  }
  if (input.flag()) {
    const auto takeover = input.flag() ? ContextTakeover::yes : ContextTakeover::no;
    const auto bits = static_cast<std::uint8_t>(8 + input.byte() % 8);
    setting.deflate = DeflateParameters{bits, bits, takeover, takeover};
  }
  return setting;
}

void check_message(std::string_view words, const MessageLimits& limits) {
  constexpr std::string_view text = "text:";
  constexpr std::string_view binary = "binary:";
  if (words.starts_with(text)) {
    assert(protocol::is_utf8(words.substr(text.size())));
    assert(words.size() <= text.size() + limits.message_bytes_max);
  }
  if (words.starts_with(binary)) assert(words.size() <= binary.size() + limits.message_bytes_max);
}

/// Between messages: only what context takeover needs.
std::size_t idle_bytes_max(const Setting& setting) {
  const bool keeps_window =
      setting.deflate && setting.deflate->server_takeover == ContextTakeover::yes;
  return keeps_window ? inflater_bytes_max : 0;
}

std::size_t held_bytes_max(const Setting& setting) {
  constexpr std::size_t control = 2 * control_bytes_max + 100;
  return setting.limits.message_bytes_max + control + (setting.deflate ? inflater_bytes_max : 0);
}

/// Reads all in pieces, and looks at the assembler after each.
Transcript read_and_watch(const Setting& setting,
                          std::string_view bytes,
                          const std::vector<std::size_t>& cuts) {
  MessageAssembler assembler(setting.role, setting.limits, setting.deflate);
  TranscriptReader reader(assembler);
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const auto piece = bytes.substr(0, cuts[i % cuts.size()]);
    if (!reader.read(piece)) break;
    bytes.remove_prefix(piece.size());
    assert(assembler.held_bytes() <= held_bytes_max(setting));
    assert(assembler.wire_bytes() <= setting.limits.wire_bytes_max);
    if (!assembler.is_assembling()) assert(assembler.held_bytes() <= idle_bytes_max(setting));
  }
  return reader.transcript();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input({data, size});
  const auto setting = read_setting(input);
  const auto cuts = input.cuts();
  const auto whole = read_and_watch(setting, input.rest(), {size + 1});
  for (const auto& words : whole) check_message(words, setting.limits);
  assert(read_and_watch(setting, input.rest(), cuts) == whole);
  assert(read_and_watch(setting, input.rest(), {1}) == whole);
  return 0;
}

}  // namespace weir::tests::fuzz
