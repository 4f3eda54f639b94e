// Lines of JSON over TCP, without a broker: the publisher connects to whoever takes them.
#include "tests/bench/adapters/broker.hpp"
#include "tests/bench/load/descriptor.hpp"

#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>

namespace weir::tests::bench {
namespace {

constexpr std::size_t written_at = std::size_t{16} * 1024;
constexpr std::size_t read_bytes_max = std::size_t{64} * 1024;

sockaddr_in address_of(const Place& place) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(place.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Descriptor new_socket() {
  return Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
}

class TcpPublisher final : public Publisher {
public:
  explicit TcpPublisher(const Place& place)
      : socket_(new_socket()), before_data_(R"({"topic":")" + place.name + R"(","data":)") {
    const sockaddr_in address = address_of(place);
    check_call(
        ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
        "connect");
  }

  void publish(std::string_view data) override {
    pending_.append(before_data_).append(data).append("}\n");
    if (pending_.size() >= written_at) flush();
  }
  void flush() override {
    std::string_view left = pending_;
    while (!left.empty()) {
      const ssize_t sent = ::send(socket_.get(), left.data(), left.size(), MSG_NOSIGNAL);
      check_call(static_cast<int>(sent), "send");
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
    pending_.clear();
  }

private:
  Descriptor socket_;
  std::string before_data_;
  std::string pending_;
};

/// Cuts the bytes into lines and parses each, as the first version of such a program would.
class TcpConsumer final : public Consumer {
public:
  explicit TcpConsumer(const Place& place)
      : listener_(new_socket()), buffer_(read_bytes_max, '\0') {
    const sockaddr_in address = address_of(place);
    const int yes = 1;
    check_call(::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "reuse");
    check_call(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
               "bind");
    check_call(::listen(listener_.get(), 1), "listen");
  }

  void take(const OnMessage& on_message) override {
    const bool is_connected = connection_.get() >= 0;
    pollfd ready{
        .fd = is_connected ? connection_.get() : listener_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, idle_ms) != 1) return;
    if (!is_connected) {
      connection_ =
          Descriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept");
      return;
    }
    const ssize_t received = ::recv(connection_.get(), buffer_.data(), buffer_.size(), 0);
    check_call(static_cast<int>(received), "receive");
    lines_.append(buffer_.data(), static_cast<std::size_t>(received));
    std::size_t begin = 0;
    for (std::size_t end = lines_.find('\n'); end != std::string::npos;
         end = lines_.find('\n', begin)) {
      const std::string_view line = std::string_view(lines_).substr(begin, end - begin);
      const nlohmann::json message = nlohmann::json::parse(line);
      if (message.contains("data")) on_message(line);
      begin = end + 1;
    }
    lines_.erase(0, begin);
  }

private:
  Descriptor listener_;
  Descriptor connection_;
  std::string buffer_;
  std::string lines_;
};

}  // namespace

std::unique_ptr<Publisher> make_tcp_publisher(const Place& place) {
  return std::make_unique<TcpPublisher>(place);
}

std::unique_ptr<Consumer> make_tcp_consumer(const Place& place) {
  return std::make_unique<TcpConsumer>(place);
}

}  // namespace weir::tests::bench
