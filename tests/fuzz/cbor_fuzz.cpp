// Bytes as one CBOR message: whatever they are, the gateway's reader and the client's reader end
// with a value or an error that can be sent; what was taken is JSON, and comes to the same when it
// goes the other way and back. The same bytes as JSON: another library reads our CBOR the same.
#include "protocol/core/bytes.hpp"
#include "protocol/core/cbor_writer.hpp"
#include "protocol/core/json_from_cbor.hpp"
#include "protocol/core/utf8.hpp"
#include "protocol/native/cbor_codec.hpp"
#include "protocol/native/command_writer.hpp"
#include "protocol/native/json_client.hpp"
#include "tests/fuzz/check_is_json.hpp"

#include <nlohmann/json.hpp>

#include <cassert>
#include <string>
#include <string_view>

namespace weir::tests::fuzz {
namespace {

using namespace protocol;
using namespace protocol::native;

void check_command(const Command& command) {
  std::string message;
  write_command(command, CborSink(message));
  const auto again = cbor_codec().decode(message);
  assert(again);
  std::string message_again;
  write_command(*again, CborSink(message_again));
  assert(message.size() == message_again.size());  // positions are a map, which has no order
}

void check_refusal(const CommandError& refused) {
  std::string message;
  if (refused.id) {
    cbor_codec().encode(ReplyEvent{*refused.id, refused.error}, message);
  } else {
    cbor_codec().encode(ErrorEvent{refused.error}, message);
  }
  assert(message.size() < 2048);
  assert(read_cbor_server_message(message));
}

void check_taken(std::string_view message) {
  constexpr CborRules rules{
      .depth_max = 33, .members_max = 32, .is_unambiguous = true, .bytes_name = "data"};
  std::string json;
  if (append_json_from_cbor(message, rules, json)) return;
  check_is_json(json);
  assert(!check_object(json, JsonRules::of_request()).fault);
  std::string cbor;
  CborWriter(cbor).json(json);
  std::string again;
  assert(!append_json_from_cbor(cbor, rules, again));
  // The one integer that is read and not written.
  const bool is_written = json.find("-18446744073709551616") == std::string::npos;
  if (is_written) assert(json == again);
}

bool is_finite(const nlohmann::json& value) {
  return value.dump().find("null") == std::string::npos;  // what infinity is written as
}

void check_as_json(std::string_view text) {
  // A NUL ends a text for that library, whatever follows.
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos) return;
  const auto value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return;
  std::string cbor;
  CborWriter(cbor).json(text);
  const auto read = nlohmann::json::from_cbor(cbor);
  // That library reads integers below 64 bits wrong, and each name once.
  const bool is_comparable = is_finite(read) && cbor.find('\x3b') == std::string::npos;
  if (is_comparable) assert(read == value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = as_text({data, size});
  const auto command = cbor_codec().decode(message);
  if (command) {
    check_command(*command);
  } else {
    check_refusal(command.error());
  }
  static_cast<void>(read_cbor_server_message(message));
  check_taken(message);
  check_as_json(message);
  return 0;
}

}  // namespace weir::tests::fuzz
