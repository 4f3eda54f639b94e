#include "protocol/websocket/fault.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

namespace weir::protocol::websocket {

TEST_CASE("every fault has its row, a name of its own and a sentence") {
  std::set<std::string_view> names;
  std::size_t index = 0;
  for (const auto& row : fault_table()) {
    CAPTURE(row.name);
    CHECK(static_cast<std::size_t>(row.fault) == index++);
    CHECK(&info(row.fault) == &row);
    CHECK(names.insert(row.name).second);
    CHECK(row.text.ends_with('.'));
    CHECK_FALSE(row.source.empty());
  }
  CHECK(index == static_cast<std::size_t>(Fault::fragments) + 1);
}

TEST_CASE("faults close with the codes that RFC 6455, 7.4.1 gives them") {
  struct Row {
    Fault fault;
    std::uint16_t code;
  };
  const Row rows[] = {{Fault::reserved_bits, 1002},
                      {Fault::not_masked, 1002},
                      {Fault::close_code, 1002},
                      {Fault::close_reason, 1007},
                      {Fault::bad_utf8, 1007},
                      {Fault::bad_deflate, 1007},
                      {Fault::wire_bytes, 1008},
                      {Fault::fragments, 1008},
                      {Fault::message_too_big, 1009}};
  for (const auto& row : rows) {
    CAPTURE(info(row.fault).name);
    CHECK(protocol::info(info(row.fault).reason).code == row.code);
  }
}

}  // namespace weir::protocol::websocket
