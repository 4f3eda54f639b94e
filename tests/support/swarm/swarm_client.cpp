#include "tests/support/swarm/swarm_client.hpp"

#include "clients/cpp/random_bits.hpp"

#include <chrono>
#include <utility>
#include <variant>

namespace weir::tests::swarm {

namespace cpp = clients::cpp;
namespace native = protocol::native;

namespace {

cpp::TimePoint steady_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

SwarmClient::SwarmClient(boost::asio::io_context& context,
                         std::span<const cpp::Url> urls,
                         std::size_t first,
                         const std::string& topic)
    : context_(context), urls_(urls), next_url_(first), machine_({}, cpp::random_bits) {
  protocol::SubscribeOptions options;
  options.delivery = protocol::Delivery::all;
  static_cast<void>(machine_.subscribe(steady_now(), topic, options));
}

void SwarmClient::start() {
  machine_.start(steady_now());
  perform();
}

void SwarmClient::tick() {
  machine_.tick(steady_now());
  perform();
}

void SwarmClient::on_open() {
  machine_.on_open(steady_now());
  perform();
}

void SwarmClient::on_message(std::string_view message) {
  watch(message);
  machine_.on_message(steady_now(), message);
  perform();
}

void SwarmClient::on_alive() {
  machine_.on_alive(steady_now());
}

void SwarmClient::on_closed(std::uint16_t code, std::string reason) {
  ++next_url_;
  machine_.on_closed(steady_now(), code, std::move(reason));
  perform();
}

void SwarmClient::on_failed(protocol::Retry /*retry*/, std::string reason) {
  // A gateway that refuses because it is about to end will be another one.
  ++next_url_;
  machine_.on_failed(steady_now(), protocol::Retry::yes, std::move(reason));
  perform();
}

void SwarmClient::watch(std::string_view message) {
  const auto read = native::json_client_codec().read(message);
  if (!read) return received_.on_entry(message);  // a phantom
  if (const auto* delivery = std::get_if<native::ReceivedDelivery>(&*read)) {
    received_.on_entry(delivery->data ? delivery->data->bytes : std::string());
  } else if (const auto* gap = std::get_if<protocol::GapEvent>(&*read)) {
    received_.on_gap(gap->lost);
  }
}

void SwarmClient::perform() {
  while (auto action = machine_.next_action()) {
    std::visit([this](const auto& one) { perform(one); }, *action);
  }
}

void SwarmClient::perform(const cpp::OpenAction& /*open*/) {
  std::erase_if(connections_, [](const auto& one) { return one->is_finished(); });
  connections_.push_back(std::make_unique<cpp::Connection>(
      context_, urls_[next_url_ % urls_.size()], "", native::json_client_codec(), *this));
  connections_.back()->start();
}

void SwarmClient::perform(const cpp::SendAction& send) {
  connections_.back()->send(send.message);
}

void SwarmClient::perform(const cpp::CloseAction& close) {
  connections_.back()->close(close.code, close.reason);
}

void SwarmClient::perform(const cpp::TellAction& tell) {
  if (std::holds_alternative<cpp::Disconnected>(tell.event)) {
    is_ready_ = false;
  } else if (std::holds_alternative<cpp::Ready>(tell.event)) {
    is_ready_ = true;
    ++arrivals_;
  } else if (const auto* delivery = std::get_if<cpp::Delivered>(&tell.event)) {
    told_.on_entry(delivery->data ? delivery->data->bytes : std::string());
  } else if (const auto* gap = std::get_if<cpp::Gap>(&tell.event)) {
    told_.on_gap(gap->lost);
  }
  machine_.on_handled(steady_now(), tell.handled_bytes);
}

}  // namespace weir::tests::swarm
