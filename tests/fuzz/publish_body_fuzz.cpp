// The body of a POST to /v1/publish: whatever it is, it is refused as a whole, or is JSON whose
// items could be published, each with a reply that can be sent.
#include "protocol/core/topic.hpp"
#include "protocol/native/publish_body.hpp"
#include "tests/fuzz/check_is_json.hpp"
#include "tests/fuzz/fuzz_input.hpp"

#include <cassert>
#include <string>

namespace weir::tests::fuzz {

using namespace protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t items_max = 8;
  const auto text = as_text({data, size});
  const auto body = native::read_publish_body(text, items_max);
  if (!body) return 0;
  check_is_json(text);
  assert(body->items.size() <= items_max);
  assert(body->is_array || body->items.size() == 1);
  for (const auto& item : body->items) {
    std::string reply;
    if (item.publication) {
      assert(check_topic(item.publication->topic));
      native::write_publish_reply(item.id, Position{"k3f9", 1}, reply);
    } else {
      native::write_publish_reply(item.id, fail(item.publication.error()), reply);
    }
    check_is_json(reply);
  }
  return 0;
}

}  // namespace weir::tests::fuzz
