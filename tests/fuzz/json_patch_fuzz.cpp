// Two JSON texts, one on the first line and one on the others: the patch between them is JSON,
// keeps to its limit, and another library makes the second of the first with it.
#include "protocol/core/bytes.hpp"
#include "protocol/core/json_patch.hpp"

#include <nlohmann/json.hpp>

#include <cassert>
#include <cstdint>
#include <string_view>

namespace weir::tests::fuzz {
namespace {

void check(std::string_view from, std::string_view to, std::size_t bytes_max) {
  const auto patch = protocol::make_json_patch(from, to, bytes_max);
  if (!patch) return;
  assert(patch->size() <= bytes_max);
  const auto before = nlohmann::json::parse(from);
  assert(before.patch(nlohmann::json::parse(*patch)) == nlohmann::json::parse(to));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = protocol::as_text({data, size});
  const auto end = text.find('\n');
  // A NUL ends a text for that library, whatever follows.
  if (end == std::string_view::npos || text.find('\0') != std::string_view::npos) return -1;
  const auto from = text.substr(0, end);
  const auto to = text.substr(end + 1);
  if (!nlohmann::json::accept(from) || !nlohmann::json::accept(to)) return -1;
  check(from, to, SIZE_MAX);
  check(from, to, to.size());
  check(from, from, from.size());
  return 0;
}

}  // namespace weir::tests::fuzz
