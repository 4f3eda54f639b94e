#include "tests/bench/load/feeder.hpp"

#include "tests/bench/load/sockets.hpp"
#include "tests/bench/load/stamp.hpp"

#include <array>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>

namespace weir::tests::bench {

namespace {

constexpr int connect_ms_max = 5000;

}  // namespace

Feeder::Feeder(std::uint16_t port, std::unique_ptr<Source> source, Feed feed)
    : socket_(connect_to({.port = port})), source_(std::move(source)), feed_(std::move(feed)) {
  pollfd writable{.fd = socket_.get(), .events = POLLOUT, .revents = 0};
  if (::poll(&writable, 1, connect_ms_max) != 1 || (writable.revents & (POLLERR | POLLHUP)) != 0) {
    throw std::runtime_error("the feed's port does not answer");
  }
  source_->begin(pending_);
}

void Feeder::push() {
  const std::size_t topic = published_ % feed_.topics.size();
  const Stamp stamp{.sequence = last_sequence() + 1, .sent_ns = now_ns(), .topic = topic};
  data_.clear();
  append_data(data_, stamp, feed_.data_bytes, feed_.filling);
  source_->append(pending_, feed_.topics[topic], data_);
  ++published_;
}

void Feeder::push_to_all(std::size_t count) {
  for (std::size_t left = count * feed_.topics.size(); left > 0; --left) push();
}

void Feeder::flush() {
  check_answers();
  if (pending_.empty()) return;
  const ssize_t sent = ::send(socket_.get(), pending_.data(), pending_.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) return;
  check_call(static_cast<int>(sent), "send to the feed");
  pending_.erase(0, static_cast<std::size_t>(sent));
}

void Feeder::check_answers() {
  std::array<char, 1024> answer{};
  const ssize_t received = ::recv(socket_.get(), answer.data(), answer.size(), 0);
  if (received < 0 && errno == EAGAIN) return;
  check_call(static_cast<int>(received), "receive from the feed");
  if (received == 0) throw std::runtime_error("the feed: closed");
  const std::string_view bytes(answer.data(), static_cast<std::size_t>(received));
  if (const auto complaint = source_->on_answer(bytes, pending_)) {
    throw std::runtime_error("the feed: " + *complaint);
  }
}

}  // namespace weir::tests::bench
