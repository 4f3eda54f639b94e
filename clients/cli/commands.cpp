#include "clients/cli/commands.hpp"

#include "clients/cpp/client.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <unistd.h>
#include <utility>

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
        client_({url, {.token = options.token, .reconnect = cpp::Reconnect::no}, options.ca_file},
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

/// Performs what a Recorder wants. Lines go to the file once a second, whole ones only, so that a
/// recording that was cut off by force can be played too.
class RecordShell {
public:
  RecordShell(const cpp::Url& url, const RecordOptions& options)
      : recorder_(options.filters),
        file_(options.file, std::ios::binary),
        client_({url, {.token = options.token}, options.ca_file},
                [this](const cpp::ClientEvent& event) {
                  perform(recorder_.on(event, std::chrono::steady_clock::now()));
                }),
        terminal_(client_) {
    for (const auto& filter : options.filters) client_.subscribe(filter, Recorder::subscription());
    if (options.duration) client_.after(*options.duration, [this] { perform(recorder_.on_end()); });
  }

  ExitCode run() {
    if (!file_) {
      std::cerr << cannot_be_written;
      return ExitCode::failed;
    }
    client_.on_signals({SIGINT, SIGTERM}, [this] { perform(recorder_.on_end()); });
    client_.after(write_interval, [this] { on_interval(); });
    client_.run();
    return terminal_.exit_code();
  }

private:
  static constexpr std::string_view cannot_be_written =
      "weir record: the file cannot be written to\n";
  static constexpr cpp::Duration write_interval{1000};
  static constexpr unsigned intervals_per_progress = 5;
  static constexpr std::size_t unwritten_bytes_max = std::size_t{1} << 20U;

  void perform(Output output) {
    unwritten_.append(std::exchange(output.out, {}));
    if ((output.exit || unwritten_.size() > unwritten_bytes_max) && !write()) {
      output.err += cannot_be_written;
      output.exit = ExitCode::failed;
    }
    terminal_.show(output);
  }

  [[nodiscard]] bool write() {
    file_.write(unwritten_.data(), static_cast<std::streamsize>(unwritten_.size()));
    unwritten_.clear();
    return static_cast<bool>(file_.flush());
  }

  void on_interval() {
    Output output;
    if (++intervals_ % intervals_per_progress == 0) output = recorder_.progress();
    if (!write()) {
      output = {.err = std::string(cannot_be_written), .exit = ExitCode::failed};
    }
    perform(std::move(output));
    client_.after(write_interval, [this] { on_interval(); });
  }

  Recorder recorder_;
  std::ofstream file_;
  cpp::Client client_;
  Terminal terminal_;
  std::string unwritten_;
  unsigned intervals_ = 0;
};

}  // namespace

ExitCode run_sub(const SubOptions& options) {
  const auto url = cpp::parse_url(options.url);
  if (!url) return usage("sub", url.error());
  if (const auto valid = Subscriber::check(options); !valid) return usage("sub", valid.error());
  Subscriber subscriber(options);
  Terminal* terminal = nullptr;
  const auto& codec = options.uses_cbor ? protocol::native::cbor_client_codec()
                                        : protocol::native::json_client_codec();
  cpp::Client client(
      {*url, {.token = options.token, .wishes = options.wishes, .codec = &codec}, options.ca_file},
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

ExitCode run_record(const RecordOptions& options) {
  const auto url = cpp::parse_url(options.url);
  if (!url) return usage("record", url.error());
  if (const auto valid = Recorder::check(options); !valid) return usage("record", valid.error());
  return RecordShell(*url, options).run();
}

}  // namespace weir::clients::cli
