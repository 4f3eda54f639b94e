#include "protocol/native/position_reader.hpp"

#include "protocol/core/json_cursor.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace weir::protocol::native {
namespace {

constexpr std::size_t epoch_bytes_max = 16;

Result<Position> read_position(const JsonValue& value) {
  if (value.type != JsonType::object) {
    return fail(ErrorCode::bad_request,
                R"("from": expected {"epoch":"...","offset":n} for each topic)");
  }
  std::array<JsonMember, 3> members;  // of more than two, one is unknown, which is enough
  std::size_t count = 0;
  JsonCursor cursor(value);
  while (count < members.size()) {
    auto member = cursor.next_member();
    if (!member) break;
    members.at(count++) = *std::move(member);
  }
  MemberReader in("a position", std::span(members).first(count));
  Position out{in.text("epoch", {1, epoch_bytes_max}, Presence::required).value_or(""),
               in.count("offset", Presence::required).value_or(0)};
  if (!is_epoch(out.epoch)) {
    in.fail(ErrorCode::bad_request, R"("epoch": expected 1 to 16 bytes of a-z and 0-9)");
  }
  if (const auto read = in.finish(); !read) return fail(read.error());
  return out;
}

}  // namespace

bool is_epoch(std::string_view text) {
  return !text.empty() && text.size() <= epoch_bytes_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

Positions read_positions(MemberReader& in, const JsonValue& object) {
  Positions out;
  JsonCursor cursor(object);
  while (auto member = cursor.next_member()) {
    if (const auto checked = check_topic(member->name); !checked) {
      in.fail(checked.error());
      return out;
    }
    auto position = read_position(member->value);
    if (!position) {
      in.fail(position.error());
      return out;
    }
    out.emplace(std::move(member->name), *std::move(position));
  }
  return out;
}

}  // namespace weir::protocol::native
