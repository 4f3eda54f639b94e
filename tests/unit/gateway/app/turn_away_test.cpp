#include "gateway/app/turn_away.hpp"

#include <doctest/doctest.h>

#include <optional>

namespace weir::gateway::app {
namespace {

struct Connection final : session::ConnectionPort {
  void request_flush() override { wants_flush = true; }
  void request_close(protocol::CloseReason reason) override { closed = reason; }

  bool wants_flush = false;
  std::optional<protocol::CloseReason> closed;
};

TEST_CASE("who is turned away is told once and closed to come back, whatever it says") {
  Connection connection;
  TurnAway endpoint(SharedBytes("goodbye"), connection);
  CHECK(connection.wants_flush);
  endpoint.on_message(protocol::MessageType::text, "{}", {});
  CHECK_FALSE(connection.closed);
  WriteBatch out;
  endpoint.pull(0, out, {});
  REQUIRE(out.blocks.size() == 1);
  CHECK(out.blocks[0].view() == "goodbye");
  CHECK(connection.closed == protocol::CloseReason::try_later);
  endpoint.pull(65'536, out, {});
  CHECK(out.blocks.size() == 1);
  CHECK_FALSE(endpoint.deadline());
}

}  // namespace
}  // namespace weir::gateway::app
