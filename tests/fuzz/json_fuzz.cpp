// One message as text: whatever it is, the gateway's reader and the client's reader end with a
// value or an error that can be sent; what was read can be written and reads the same again; and
// another parser agrees about the grammar.
#include "protocol/core/bytes.hpp"
#include "protocol/core/utf8.hpp"
#include "protocol/native/command_writer.hpp"
#include "protocol/native/json_client.hpp"
#include "protocol/native/json_codec.hpp"
#include "tests/fuzz/check_is_json.hpp"

#include <cassert>
#include <string>
#include <string_view>
#include <variant>

namespace weir::tests::fuzz {
namespace {

using namespace protocol;
using namespace protocol::native;

const Positions* positions_of(const Command& command) {
  if (const auto* positions = std::get_if<PositionsCommand>(&command)) return &positions->from;
  const auto* subscribe = std::get_if<SubscribeCommand>(&command);
  return subscribe != nullptr && subscribe->from ? &*subscribe->from : nullptr;
}

void check_command(const Command& command) {
  std::string text;
  write_command(command, JsonSink(text));
  check_is_json(text);
  const auto again = json_codec().decode(text);
  assert(again);
  std::string text_again;
  write_command(*again, JsonSink(text_again));
  const auto* from = positions_of(command);
  assert(text.size() == text_again.size());
  if (from == nullptr) {
    assert(text == text_again);
  } else {
    assert(*from == *positions_of(*again));  // a map has no order
  }
}

void check_refusal(const CommandError& refused) {
  std::string text;
  if (refused.id) {
    json_codec().encode(ReplyEvent{*refused.id, refused.error}, text);
  } else {
    json_codec().encode(ErrorEvent{refused.error}, text);
  }
  assert(text.size() < 2048);
  const auto read = read_server_message(text);
  assert(read);
}

/// A payload that was delivered goes on being what it was.
void check_delivery(const ReceivedDelivery& received) {
  DeliveryEvent event;
  event.number = received.number;
  event.offset = received.offset;
  event.prev = received.prev;
  event.data = received.data ? &*received.data : nullptr;
  std::string text;
  json_codec().encode(event, text);
  const auto again = read_server_message(text);
  assert(again);
  const auto& delivery = std::get<ReceivedDelivery>(*again);
  assert(delivery.data == received.data && delivery.prev == received.prev);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = as_text({data, size});
  if (!is_utf8(message)) return -1;  // the frame decoder has refused it
  const auto command = json_codec().decode(message);
  if (command) {
    check_is_json(message);
    check_command(*command);
  } else {
    check_refusal(command.error());
  }
  const auto event = read_server_message(message);
  if (event && std::holds_alternative<ReceivedDelivery>(*event)) {
    check_delivery(std::get<ReceivedDelivery>(*event));
  }
  return 0;
}

}  // namespace weir::tests::fuzz
