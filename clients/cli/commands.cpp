#include "clients/cli/commands.hpp"

#include "clients/cpp/client.hpp"

#include <array>
#include <csignal>
#include <iostream>
#include <unistd.h>

namespace weir::clients::cli {
namespace {

constexpr std::size_t input_bytes = std::size_t{64} * 1024;

/// Prints what a command says, and stops its client when it is over.
class Terminal {
public:
  explicit Terminal(cpp::Client& client) : client_(&client) {}

  void show(const Output& output) {
    if (exit_) return;
    std::cerr << output.err << std::flush;
    std::cout << output.out << std::flush;
    auto exit = output.exit;
    if (!std::cout) {
      std::cerr << "weir: standard output cannot be written to\n";
      exit = ExitCode::failed;
    }
    if (!exit) return;
    exit_ = exit;
    client_->stop();
  }
  [[nodiscard]] ExitCode exit_code() const { return exit_.value_or(ExitCode::failed); }

private:
  cpp::Client* client_;
  std::optional<ExitCode> exit_;
};

ExitCode usage(std::string_view command, std::string_view problem) {
  std::cerr << "weir " << command << ": " << problem << "\n";
  return ExitCode::usage;
}

/// What can be read of standard input now; empty: it is over.
std::string read_input() {
  std::array<char, input_bytes> buffer{};
  const auto bytes = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  return {buffer.data(), bytes > 0 ? static_cast<std::size_t>(bytes) : 0};
}

/// Performs what a Publisher wants.
class PubShell {
public:
  PubShell(const cpp::Url& url, const PubOptions& options)
      : publisher_(options),
        client_({url, {.reconnect = cpp::Reconnect::no}},
                [this](const cpp::ClientEvent& event) { perform(publisher_.on(event)); }),
        terminal_(client_) {}

  ExitCode run() {
    client_.on_signals({SIGINT, SIGTERM}, [this] { perform(publisher_.on_interrupt()); });
    client_.run();
    return terminal_.exit_code();
  }

private:
  void perform(const Publisher::Step& step) {
    terminal_.show(step.output);
    switch (step.want) {
      case Publisher::Want::nothing:
      case Publisher::Want::stop:
        break;
      case Publisher::Want::publish:
        client_.publish(step.publication);
        break;
      case Publisher::Want::pause:
        client_.after(Publisher::pause, [this] { perform(publisher_.on_pause()); });
        break;
      case Publisher::Want::input:
        client_.when_readable(STDIN_FILENO, [this] { perform(publisher_.on_input(read_input())); });
        break;
    }
  }

  Publisher publisher_;
  cpp::Client client_;
  Terminal terminal_;
};

}  // namespace

ExitCode run_sub(const SubOptions& options) {
  const auto url = cpp::parse_url(options.url);
  if (!url) return usage("sub", url.error());
  if (const auto valid = Subscriber::check(options); !valid) return usage("sub", valid.error());
  Subscriber subscriber(options);
  Terminal* terminal = nullptr;
  cpp::Client client({*url, {.wishes = options.wishes}},
                     [&](const cpp::ClientEvent& event) { terminal->show(subscriber.on(event)); });
  Terminal shown(client);
  terminal = &shown;
  client.on_signals({SIGINT, SIGTERM}, [&] { shown.show(subscriber.on_interrupt()); });
  if (options.duration)
    client.after(*options.duration, [&] { shown.show(subscriber.on_time_over()); });
  for (const auto& filter : options.filters) client.subscribe(filter, options.subscribe);
  client.run();
  return shown.exit_code();
}

ExitCode run_pub(const PubOptions& options) {
  const auto url = cpp::parse_url(options.url);
  if (!url) return usage("pub", url.error());
  if (const auto valid = Publisher::check(options); !valid) return usage("pub", valid.error());
  return PubShell(*url, options).run();
}

}  // namespace weir::clients::cli
