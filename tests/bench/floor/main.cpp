// As little as a server can do: a bare epoll loop that frames what a read of the feed brought once
// for each topic, and sends it to every client of the topic with one call each: the same bytes that
// Weir sends. What remains is the kernel; nothing that delivers over sockets gets below it.
//
// It is no server: it believes everything that it reads, knows one subscription for each client, to
// a topic or to everything (any pattern is that), and drops what a socket does not take at once.
#include "protocol/websocket/frame_encoder.hpp"
#include "protocol/websocket/handshake.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/bench/load/descriptor.hpp"

#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <variant>
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

struct Topic {
  std::string before_offset;  ///< of each delivery
  std::uint64_t offset = 0;
  std::string frames{};  ///< of the read that is being handled
  std::vector<int> clients{};
};

/// What stands between the two in a line that we believe.
std::string_view between(std::string_view text, std::string_view before, std::string_view behind) {
  const std::size_t begin = text.find(before) + before.size();
  return text.substr(begin, text.find(behind, begin) - begin);
}

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
      for (auto& [name, topic] : topics_) std::erase(topic.clients, peer.socket.get());
      std::erase(followers_of_all_, peer.socket.get());
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
      websocket::MessageAssembler assembler(websocket::Role::server, limits_, std::nullopt);
      auto bytes = weir::protocol::as_mutable_bytes(peer.input);
      const auto inbound = assembler.next(bytes);
      const auto& request = std::get<websocket::Message>(**inbound);
      send_text(peer.socket.get(), R"({"re":1,"ok":true})");
      subscribe(between(request.payload, R"("filter":")", "\""), peer.socket.get());
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

  void subscribe(std::string_view filter, int client) {
    auto& clients = filter.ends_with('+') ? followers_of_all_ : topic_of(filter).clients;
    clients.push_back(client);
  }

  Topic& topic_of(std::string_view name) {
    const auto found = topics_.find(name);
    if (found != topics_.end()) return found->second;
    const std::string number = std::to_string(topics_.size() + 1);
    return topics_.emplace(name, Topic{.before_offset = R"({"t":)" + number + R"(,"o":)"})
        .first->second;
  }

  void on_feed(Peer& peer) {
    all_frames_.clear();
    std::size_t begin = 0;
    for (std::size_t end = peer.input.find('\n'); end != std::string::npos;
         end = peer.input.find('\n', begin)) {
      on_line(std::string_view(peer.input).substr(begin, end - begin));
      begin = end + 1;
    }
    peer.input.erase(0, begin);
    for (Topic* topic : changed_) {
      for (const int client : topic->clients) send(client, topic->frames);
      topic->frames.clear();
    }
    changed_.clear();
    for (const int client : followers_of_all_) send(client, all_frames_);
  }

  void on_line(std::string_view line) {
    Topic& topic = topic_of(between(line, R"({"topic":")", "\""));
    constexpr std::string_view name = R"("data":)";
    const std::size_t data = line.find(name) + name.size();
    text_.assign(topic.before_offset).append(std::to_string(++topic.offset)).append(R"(,"d":)");
    text_.append(line.substr(data, line.size() - 1 - data)).append("}");
    if (topic.frames.empty()) changed_.push_back(&topic);
    const std::size_t before = topic.frames.size();
    websocket::append_frame(topic.frames, {.opcode = websocket::Opcode::text}, text_);
    if (!followers_of_all_.empty()) all_frames_.append(topic.frames, before);
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
  websocket::MessageLimits limits_;
  std::map<std::string, Topic, std::less<>> topics_;
  std::vector<Topic*> changed_;
  std::vector<int> followers_of_all_;
  std::string all_frames_;
  std::string text_;
};

}  // namespace

int main() {
  Floor floor;
  floor.run();
}
