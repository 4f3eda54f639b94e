#pragma once

#include "tests/bench/baseline/fan_out.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace weir::tests::bench {

/// One connection of the feed: lines of JSON in, the data of each to everybody who follows its
/// topic.
class FeedSession : public std::enable_shared_from_this<FeedSession> {
public:
  FeedSession(boost::asio::ip::tcp::socket socket, FanOut& fan_out);
  void run();

private:
  void on_line(std::string_view line);

  boost::asio::ip::tcp::socket socket_;
  std::string buffer_;
  FanOut& fan_out_;
};

}  // namespace weir::tests::bench
