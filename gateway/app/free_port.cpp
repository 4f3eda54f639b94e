#include "gateway/app/free_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <stdexcept>

namespace weir::gateway::app {

void require_free_port(const std::string& address, std::uint16_t port) {
  using boost::asio::ip::tcp;
  try {
    boost::asio::io_context io;
    // Without SO_REUSEPORT, so that any listener is in the way, one that has it as well.
    const tcp::acceptor probe(io, {boost::asio::ip::make_address(address), port});
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + address + " port " + std::to_string(port) +
                             ": " + error.code().message());
  }
}

}  // namespace weir::gateway::app
