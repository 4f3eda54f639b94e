#include "tests/bench/baseline/client_session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/field.hpp>
#include <nlohmann/json.hpp>

#include <utility>

namespace weir::tests::bench {

namespace websocket = boost::beast::websocket;
using boost::beast::error_code;

ClientSession::ClientSession(boost::asio::ip::tcp::socket socket, FanOut& fan_out)
    : stream_(std::move(socket)), fan_out_(fan_out) {
  boost::beast::get_lowest_layer(stream_).socket().set_option(boost::asio::ip::tcp::no_delay(true));
}

ClientSession::~ClientSession() {
  fan_out_.forget(*this);
}

void ClientSession::run() {
  stream_.set_option(websocket::stream_base::timeout::suggested(boost::beast::role_type::server));
  stream_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
    response.set(boost::beast::http::field::sec_websocket_protocol, "weir.v1.json");
  }));
  stream_.text(true);
  stream_.async_accept([self = shared_from_this()](error_code failed) {
    if (!failed) self->read_next();
  });
}

void ClientSession::read_next() {
  stream_.async_read(buffer_, [self = shared_from_this()](error_code failed, std::size_t) {
    if (failed) return;
    self->on_request();
    self->read_next();
  });
}

void ClientSession::on_request() {
  const std::string text = boost::beast::buffers_to_string(buffer_.data());
  buffer_.consume(buffer_.size());
  const auto request = nlohmann::json::parse(text, nullptr, false);
  if (!request.is_object() || !request.contains("id")) return;
  if (request.value("op", "") == "subscribe") {
    fan_out_.subscribe(request.value("filter", ""), *this);
  }
  const nlohmann::ordered_json reply{{"re", request["id"]}, {"ok", true}};
  send(std::make_shared<const std::string>(reply.dump()));
}

void ClientSession::send(SharedText text) {
  queue_.push_back(std::move(text));
  if (queue_.size() == 1) write_next();
}

void ClientSession::write_next() {
  stream_.async_write(boost::asio::buffer(*queue_.front()),
                      [self = shared_from_this()](error_code failed, std::size_t) {
                        if (failed) return;
                        self->queue_.pop_front();
                        if (!self->queue_.empty()) self->write_next();
                      });
}

}  // namespace weir::tests::bench
