#include "clients/cpp/client.hpp"

#include "clients/cpp/connection.hpp"
#include "clients/cpp/random_bits.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/epoll.h>
#include <vector>

namespace weir::clients::cpp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using protocol::RequestId;
using protocol::Retry;

TimePoint steady_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

/// Performs what the machine wants, on one io_context.
class Client::Shell final : public ConnectionOwner {
public:
  Shell(ClientOptions options, Handler handler)
      : url_(std::move(options.url)),
        ca_file_(std::move(options.ca_file)),
        handler_(std::move(handler)),
        codec_(*options.session.codec),
        machine_(std::move(options.session), random_bits),
        timer_(context_),
        signals_(context_),
        input_(context_) {}

  /// Lets the application ask for something, then does it.
  template <class Ask>
  auto ask(const Ask& ask) {
    const auto id = ask(machine_, steady_now());
    perform();
    return id;
  }

  void run() {
    machine_.start(steady_now());
    perform();
    context_.run();
  }

  void stop() {
    machine_.stop(steady_now());
    perform();
  }

  void after(Duration wait, Callback callback) {
    std::erase_if(waits_, [](const auto& one) { return one->is_over; });
    if (machine_.has_ended()) return;
    auto& added = *waits_.emplace_back(std::make_unique<Wait>(context_, wait));
    added.timer.async_wait([&added, callback = std::move(callback)](error_code error) {
      if (error) return;
      added.is_over = true;
      callback();
    });
  }

  void when_readable(int descriptor, Callback callback) {
    if (!watch(descriptor)) return asio::post(context_, std::move(callback));
    input_.async_wait(asio::posix::stream_descriptor::wait_read,
                      [callback = std::move(callback)](error_code error) {
                        if (!error) callback();
                      });
  }

  void on_signals(std::initializer_list<int> signals, const Callback& callback) {
    for (const int signal : signals) signals_.add(signal);
    signals_.async_wait([callback](error_code error, int) {
      if (!error) callback();
    });
  }

  [[nodiscard]] std::optional<std::int64_t> gateway_unix_ms() const {
    return machine_.clock().unix_ms(steady_now());
  }

  void post(Callback callback) { asio::post(context_, std::move(callback)); }

private:
  /// Of the application.
  struct Wait {
    Wait(asio::io_context& context, Duration time) : timer(context, time) {}
    asio::steady_timer timer;
    bool is_over = false;
  };

  void on_open() override {
    machine_.on_open(steady_now());
    perform();
  }
  void on_message(std::string_view message) override {
    machine_.on_message(steady_now(), message);
    perform();
  }
  void on_alive() override { machine_.on_alive(steady_now()); }
  void on_closed(std::uint16_t code, std::string reason) override {
    machine_.on_closed(steady_now(), code, std::move(reason));
    perform();
  }
  void on_failed(Retry retry, std::string reason) override {
    machine_.on_failed(steady_now(), retry, std::move(reason));
    perform();
  }

  void perform() {
    if (is_performing_) return;  // from a callback: the loop below goes on with it
    is_performing_ = true;
    while (auto action = machine_.next_action()) {
      std::visit([this](auto& one) { perform(one); }, *action);
    }
    is_performing_ = false;
    machine_.has_ended() ? finish() : arm();
  }
  void perform(OpenAction& /*action*/) {
    std::erase_if(connections_, [](const auto& connection) { return connection->is_finished(); });
    connections_.push_back(std::make_unique<Connection>(context_, url_, ca_file_, codec_, *this));
    connections_.back()->start();
  }
  void perform(SendAction& action) { connections_.back()->send(action.message); }
  void perform(CloseAction& action) { connections_.back()->close(action.code, action.reason); }
  void perform(TellAction& action) {
    handler_(action.event);
    machine_.on_handled(steady_now(), action.handled_bytes);
  }

  void arm() {
    const auto deadline = machine_.deadline();
    if (deadline == armed_for_) return;
    armed_for_ = deadline;
    timer_.expires_at(deadline);
    timer_.async_wait([this](error_code error) {
      if (error) return;
      armed_for_ = never;
      machine_.tick(steady_now());
      perform();
    });
  }

  /// Ends every wait, so that `run` returns when the connections are through.
  void finish() {
    armed_for_ = never;
    timer_.cancel();
    for (const auto& wait : waits_) wait->timer.cancel();
    error_code ignored;
    ignored = signals_.cancel(ignored);
    ignored = input_.cancel(ignored);
  }

  /// Whether waiting makes sense: a regular file can always be read from.
  /// The descriptor is watched through an epoll set of its own, because Asio makes what it watches
  /// non-blocking, and standard input may share that with the terminal of other programs.
  bool watch(int descriptor) {
    if (!input_.is_open()) input_.assign(epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{.events = EPOLLIN | EPOLLONESHOT, .data = {.fd = descriptor}};
    const int set = input_.native_handle();
    return epoll_ctl(set, EPOLL_CTL_MOD, descriptor, &event) == 0 ||
           epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0;
  }

  const Url url_;
  std::string ca_file_;
  Handler handler_;
  const protocol::native::ClientCodec& codec_;
  Machine machine_;
  asio::io_context context_{1};
  asio::steady_timer timer_;
  asio::signal_set signals_;
  asio::posix::stream_descriptor input_;
  std::vector<std::unique_ptr<Wait>> waits_;
  std::vector<std::unique_ptr<Connection>> connections_;  ///< the last is the present one
  TimePoint armed_for_ = never;
  bool is_performing_ = false;
};

Client::Client(ClientOptions options, Handler handler)
    : shell_(std::make_unique<Shell>(std::move(options), std::move(handler))) {
}

Client::~Client() = default;

RequestId Client::subscribe(const std::string& filter, protocol::SubscribeOptions options) {
  return shell_->ask([&](Machine& machine, TimePoint now) {
    return machine.subscribe(now, filter, std::move(options));
  });
}

RequestId Client::unsubscribe(const std::string& filter) {
  return shell_->ask(
      [&](Machine& machine, TimePoint now) { return machine.unsubscribe(now, filter); });
}

RequestId Client::publish(protocol::Publication publication) {
  return shell_->ask([&](Machine& machine, TimePoint now) {
    return machine.publish(now, std::move(publication));
  });
}

RequestId Client::limit(protocol::LimitCommand limit) {
  return shell_->ask(
      [&](Machine& machine, TimePoint now) { return machine.limit(now, std::move(limit)); });
}

RequestId Client::ping() {
  return shell_->ask([](Machine& machine, TimePoint now) { return machine.ping(now); });
}

std::optional<std::int64_t> Client::gateway_unix_ms() const {
  return shell_->gateway_unix_ms();
}

void Client::stop() {
  shell_->stop();
}

void Client::run() {
  shell_->run();
}

void Client::after(Duration wait, Callback callback) {
  shell_->after(wait, std::move(callback));
}

void Client::when_readable(int descriptor, Callback callback) {
  shell_->when_readable(descriptor, std::move(callback));
}

void Client::on_signals(std::initializer_list<int> signals, const Callback& callback) {
  shell_->on_signals(signals, callback);
}

void Client::post(Callback callback) {
  shell_->post(std::move(callback));
}

}  // namespace weir::clients::cpp
