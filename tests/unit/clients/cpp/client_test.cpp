#include "clients/cpp/client.hpp"

#include "clients/cpp/connection.hpp"
#include "tests/unit/clients/cpp/scripted_server.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <unistd.h>
#include <vector>

namespace weir::clients::cpp {
namespace {

using Peer = ScriptedServer::Peer;

/// No test takes longer.
constexpr Duration test_max{10'000};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string id_of(const std::string& request) {
  const auto at = request.find("\"id\":") + 5;
  return request.substr(at, request.find_first_of(",}", at) - at);
}

void accept(const std::string& request, Peer& peer) {
  peer.text("{\"re\":" + id_of(request) +
            R"(,"ok":true,"session":"s","heartbeat_ms":15000,"server":"x","limits":{}})");
}

protocol::Publication number_in(std::string topic) {
  protocol::Publication publication;
  publication.topic = std::move(topic);
  publication.payload.bytes = "1";
  return publication;
}

/// Runs a client until it ends; `on_event` is what the test does about events.
void run(std::uint16_t port,
         const std::function<void(Client&)>& prepare,
         const std::function<void(Client&, const ClientEvent&)>& on_event) {
  Client* self = nullptr;
  Client client({{"127.0.0.1", port, "/ws"}, {}},
                [&](const ClientEvent& event) { on_event(*self, event); });
  self = &client;
  client.after(test_max, [&] {
    CHECK(!"the test took too long");
    client.stop();
  });
  prepare(client);
  client.run();
}

}  // namespace

TEST_CASE("a client subscribes, publishes, comes back and resumes over a real socket") {
  std::vector<std::string> closes;
  std::string resumed;
  ScriptedServer server(2, [&](int connection, const std::string& text, Peer& peer) {
    if (has(text, R"("op":"connect")")) return accept(text, peer);
    if (has(text, R"("op":"publish")"))
      return peer.text("{\"re\":" + id_of(text) + R"(,"ok":true})");
    if (has(text, "close")) {
      closes.push_back(text);
      return peer.frame(protocol::websocket::Opcode::close,
                        protocol::websocket::close_payload(1000, ""));
    }
    if (!has(text, R"("op":"subscribe")")) return;
    if (connection == 1) resumed = text;
    peer.text("{\"re\":" + id_of(text) + R"(,"ok":true})");
    peer.text(R"({"op":"topic","t":7,"topic":"a","kind":"stream","epoch":"e1","o":)" +
              std::to_string(connection) + "}");
    peer.text(R"({"t":7,"o":)" + std::to_string(connection + 1) + R"(,"d":1})");
    if (connection == 0) peer.cut();
  });
  std::vector<protocol::Offset> offsets;
  int disconnected = 0;
  bool is_published = false;
  protocol::RequestId publish = 0;
  run(
      server.port(),
      [](Client& client) { client.subscribe("a"); },
      [&](Client& client, const ClientEvent& event) {
        if (std::holds_alternative<Disconnected>(event)) ++disconnected;
        if (const auto* reply = std::get_if<Reply>(&event);
            reply != nullptr && reply->id == publish) {
          is_published = !reply->error;
          client.stop();
        }
        const auto* delivered = std::get_if<Delivered>(&event);
        if (delivered == nullptr) return;
        offsets.push_back(delivered->position.offset);
        if (offsets.size() == 2) publish = client.publish(number_in("b"));
      });
  CHECK(offsets == std::vector<protocol::Offset>{1, 2});
  CHECK(has(resumed, R"("from":{"a":{"epoch":"e1","offset":1}})"));
  CHECK(is_published);
  CHECK(disconnected == 2);
  CHECK(closes == std::vector<std::string>{"close 1000"});
}

TEST_CASE("a long message is read whole, a ping is answered") {
  const std::string data(1'000'000, 'x');
  std::string received;
  ScriptedServer server(1, [&](int, const std::string& text, Peer& peer) {
    if (!has(text, R"("op":"connect")")) return;
    accept(text, peer);
    peer.frame(protocol::websocket::Opcode::ping, "");
    peer.text(R"({"op":"topic","t":7,"topic":"a","kind":"value","epoch":"e1","o":0})");
    peer.text(R"({"t":7,"o":1,"d":")" + data + "\"}");
  });
  run(
      server.port(),
      [](Client& client) { client.subscribe("a"); },
      [&](Client& client, const ClientEvent& event) {
        const auto* delivered = std::get_if<Delivered>(&event);
        if (delivered == nullptr) return;
        received = delivered->data->bytes;
        client.stop();
      });
  CHECK(received == '"' + data + '"');
}

TEST_CASE("where nobody listens the client says so and ends") {
  boost::asio::io_context context;
  boost::asio::ip::tcp::socket bound(context);
  bound.open(boost::asio::ip::tcp::v4());
  bound.bind({boost::asio::ip::address_v4::loopback(), 0});  // taken by us, and nobody listens
  std::vector<std::string> reasons;
  run(
      bound.local_endpoint().port(),
      [](Client&) {},
      [&](Client&, const ClientEvent& event) {
        if (const auto* end = std::get_if<Disconnected>(&event)) {
          CHECK(!end->retry_in.has_value());
          reasons.push_back(end->reason);
        }
      });
  REQUIRE(reasons.size() == 1);
  CHECK(has(reasons.front(), "Nobody answers at 127.0.0.1 port"));
  CHECK(has(reasons.front(), "Connection refused"));
}

TEST_CASE("whoever waits again when the client has ended does not hold it up") {
  bool is_called = false;
  Client client({{"127.0.0.1", 1, "/ws"}, {}}, [](const ClientEvent&) {});
  client.after(Duration(0), [&] {
    client.stop();
    client.after(Duration(1), [&] { is_called = true; });
  });
  client.run();
  CHECK(!is_called);
}

TEST_CASE("a descriptor is told when it can be read, a regular file at once") {
  int pipe_ends[2];
  REQUIRE(pipe(pipe_ends) == 0);
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  ScriptedServer server(1, [&](int, const std::string& text, Peer& peer) {
    if (has(text, R"("op":"connect")")) accept(text, peer);
  });
  std::vector<std::string> told;
  run(
      server.port(),
      [](Client&) {},
      [&](Client& client, const ClientEvent& event) {
        if (!std::holds_alternative<Connected>(event)) return;
        client.when_readable(pipe_ends[0], [&] {
          told.emplace_back("pipe");
          char byte = 0;
          CHECK(read(pipe_ends[0], &byte, 1) == 1);
          client.when_readable(fileno(file), [&] {
            told.emplace_back("file");
            client.stop();
          });
        });
        client.post([&] {
          told.emplace_back("posted");
          CHECK(write(pipe_ends[1], "x", 1) == 1);
        });
      });
  CHECK(told == std::vector<std::string>{"posted", "pipe", "file"});
  std::fclose(file);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST_CASE("a signal is a callback") {
  ScriptedServer server(1, [&](int, const std::string& text, Peer& peer) {
    if (has(text, R"("op":"connect")")) accept(text, peer);
  });
  bool was_signalled = false;
  run(
      server.port(),
      [&](Client& client) {
        client.on_signals({SIGUSR1}, [&] {
          was_signalled = true;
          client.stop();
        });
      },
      [&](Client&, const ClientEvent& event) {
        if (std::holds_alternative<Connected>(event)) std::raise(SIGUSR1);
      });
  CHECK(was_signalled);
}

}  // namespace weir::clients::cpp
