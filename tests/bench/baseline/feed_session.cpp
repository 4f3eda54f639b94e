#include "tests/bench/baseline/feed_session.hpp"

#include "tests/bench/baseline/client_session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>

namespace weir::tests::bench {

namespace {

constexpr std::size_t line_bytes_max = std::size_t{1024} * 1024;

}  // namespace

FeedSession::FeedSession(boost::asio::ip::tcp::socket socket, FanOut& fan_out)
    : socket_(std::move(socket)), fan_out_(fan_out) {
}

void FeedSession::run() {
  boost::asio::async_read_until(
      socket_,
      boost::asio::dynamic_buffer(buffer_, line_bytes_max),
      '\n',
      [self = shared_from_this()](boost::system::error_code failed, std::size_t) {
        if (failed) return;
        std::size_t begin = 0;
        // all whole lines that the read brought: one turn
        for (std::size_t end = self->buffer_.find('\n'); end != std::string::npos;
             end = self->buffer_.find('\n', begin)) {
          self->on_line(std::string_view(self->buffer_).substr(begin, end - begin));
          begin = end + 1;
        }
        self->buffer_.erase(0, begin);
        self->run();
      });
}

void FeedSession::on_line(std::string_view line) {
  const auto entry = nlohmann::json::parse(line, nullptr, false);
  if (!entry.is_object() || !entry.contains("topic") || !entry.contains("data")) return;
  Followers& followers = fan_out_.followers(entry.value("topic", ""));
  const auto text = std::make_shared<const std::string>(
      R"({"t":)" + std::to_string(followers.number) + R"(,"o":)" +
      std::to_string(++followers.offset) + R"(,"d":)" + entry["data"].dump() + '}');
  for (ClientSession* session : followers.sessions) session->send(text);
}

}  // namespace weir::tests::bench
