#include "adapters/common/blocking_dial.hpp"

#include "adapters/common/wake_up.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

namespace weir::adapters::common {
namespace {

using boost::asio::ip::tcp;

struct Fixture {
  boost::asio::io_context context;
  tcp::acceptor acceptor{context, {boost::asio::ip::address_v4::loopback(), 0}};
  WakeUp wake_up;

  [[nodiscard]] DialOptions options() const {
    return {.host = "127.0.0.1",
            .port = acceptor.local_endpoint().port(),
            .interrupt = wake_up.descriptor()};
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "who listens is reached, through a socket that does not block") {
  const auto dialled = blocking_dial(options());
  REQUIRE(dialled);
  CHECK((fcntl(*dialled, F_GETFL) & O_NONBLOCK) != 0);
  tcp::socket peer = acceptor.accept();
  CHECK(write(*dialled, "x", 1) == 1);
  char byte = 0;
  CHECK(boost::asio::read(peer, boost::asio::buffer(&byte, 1)) == 1);
  close(*dialled);
}

TEST_CASE_FIXTURE(Fixture, "who does not listen is told by the reason") {
  const DialOptions nobody = options();
  acceptor.close();
  const auto dialled = blocking_dial(nobody);
  REQUIRE_FALSE(dialled);
  CHECK(dialled.error() == "Connection refused");
}

TEST_CASE_FIXTURE(Fixture, "no address is found for what is no name") {
  DialOptions nowhere = options();
  nowhere.host = "no host";
  CHECK_FALSE(blocking_dial(nowhere));
}

}  // namespace weir::adapters::common
