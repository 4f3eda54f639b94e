// As little as a server can do: a bare epoll loop that frames what a read of the feed brought once,
// and sends it to every client with one call each. What remains is the kernel; nothing that
// delivers over sockets gets below it.
//
// It is no server: it believes everything that it reads, sends everything to everybody, and drops
// what a socket does not take at once.
#include "protocol/websocket/frame_encoder.hpp"
#include "protocol/websocket/handshake.hpp"
#include "tests/bench/load/descriptor.hpp"

#include <array>
#include <cstdio>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace {

using namespace weir::tests::bench;
namespace websocket = weir::protocol::websocket;

enum class Role : std::uint8_t { client_listener, feed_listener, client, feed };

struct Peer {
  Descriptor socket;
  Role role = Role::client;
  bool is_upgraded = false;
  std::string input{};  ///< of a feed: an unfinished line; of a client: its request
};

class Floor {
public:
  Floor() : epoll_(::epoll_create1(0), "epoll_create1") {
    listen(Role::client_listener, "client ws", "/ws");
    listen(Role::feed_listener, "adapter:feed tcp", "");
    std::fflush(stdout);
  }

  void run() {
    std::array<epoll_event, 256> events{};
    while (true) {
      const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), -1);
      for (int index = 0; index < count; ++index) {
        on_ready(*static_cast<Peer*>(events.at(static_cast<std::size_t>(index)).data.ptr));
      }
    }
  }

private:
  void listen(Role role, const char* name, const char* path) {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any_address = reinterpret_cast<sockaddr*>(&address);
    check_call(::bind(socket.get(), any_address, size), "bind");
    check_call(::listen(socket.get(), 4096), "listen");
    check_call(::getsockname(socket.get(), any_address, &size), "getsockname");
    std::printf("listening %s://127.0.0.1:%u%s\n", name, ntohs(address.sin_port), path);
    add(std::move(socket), role);
  }

  void add(Descriptor socket, Role role) {
    auto* peer = new Peer{.socket = std::move(socket), .role = role};  // for as long as we live
    epoll_event event{.events = EPOLLIN, .data = {.ptr = peer}};
    check_call(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, peer->socket.get(), &event), "epoll_ctl");
  }

  void on_ready(Peer& peer) {
    if (peer.role == Role::client_listener) return accept(peer, Role::client);
    if (peer.role == Role::feed_listener) return accept(peer, Role::feed);
    std::array<char, 65536> bytes{};
    const ssize_t received = ::recv(peer.socket.get(), bytes.data(), bytes.size(), 0);
    if (received <= 0) {
      std::erase(clients_, peer.socket.get());
      peer.socket.close();
      return;
    }
    peer.input.append(bytes.data(), static_cast<std::size_t>(received));
    if (peer.role == Role::feed) {
      on_feed(peer);
    } else {
      on_client(peer);
    }
  }

  void accept(const Peer& listener, Role role) {
    const int socket = ::accept4(listener.socket.get(), nullptr, nullptr, SOCK_NONBLOCK);
    if (socket < 0) return;
    const int on = 1;
    check_call(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
    add(Descriptor(socket, "accept4"), role);
  }

  void on_client(Peer& peer) {
    if (peer.is_upgraded) {  // the only thing that the load generator says is: subscribe
      send_text(peer.socket.get(), R"({"re":1,"ok":true})");
      clients_.push_back(peer.socket.get());
    } else if (peer.input.ends_with("\r\n\r\n")) {
      constexpr std::string_view name = "Sec-WebSocket-Key: ";
      const std::size_t begin = peer.input.find(name) + name.size();
      const std::string key = peer.input.substr(begin, peer.input.find("\r\n", begin) - begin);
      const std::string response =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Protocol: weir.v1.json\r\nSec-WebSocket-Accept: " +
          websocket::accept_key(key) + "\r\n\r\n";
      send(peer.socket.get(), response);
      peer.is_upgraded = true;
    }
    peer.input = {};
  }

  void on_feed(Peer& peer) {
    frames_.clear();
    std::size_t begin = 0;
    for (std::size_t end = peer.input.find('\n'); end != std::string::npos;
         end = peer.input.find('\n', begin)) {
      constexpr std::string_view name = R"("data":)";
      const std::size_t data = peer.input.find(name, begin) + name.size();
      websocket::append_frame(frames_,
                              {.opcode = websocket::Opcode::text},
                              std::string_view(peer.input).substr(data, end - 1 - data));
      begin = end + 1;
    }
    peer.input.erase(0, begin);
    for (const int client : clients_) send(client, frames_);
  }

  static void send_text(int socket, std::string_view text) {
    std::string frame;
    websocket::append_frame(frame, {.opcode = websocket::Opcode::text}, text);
    send(socket, frame);
  }
  static void send(int socket, std::string_view bytes) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(bytes.size())) std::fprintf(stderr, "a socket is full\n");
  }

  Descriptor epoll_;
  std::vector<int> clients_;
  std::string frames_;
};

}  // namespace

int main() {
  Floor floor;
  floor.run();
}
