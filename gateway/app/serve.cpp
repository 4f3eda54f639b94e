#include "gateway/app/serve.hpp"

#include "gateway/app/app.hpp"
#include "gateway/app/built_ins.hpp"
#include "gateway/app/file_limit.hpp"
#include "gateway/app/token_keys.hpp"
#include "gateway/config/load_config.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace weir::gateway::app {
namespace {

constexpr Duration drain_poll = std::chrono::milliseconds(50);

config::Environment read_environment() {
  config::Environment environment;
  for (auto* const* variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return environment;
}

/// Errors: std::system_error - the file cannot be read.
config::ConfigResult load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw std::system_error(errno, std::generic_category(), file.string());
  std::vector<std::string_view> types;
  for (const auto& built_in : built_ins()) types.push_back(built_in.type);
  return config::load_config({.file = file.string(),
                              .text = text,
                              .environment = read_environment(),
                              .adapter_types = types});
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return std::filesystem::absolute(file).parent_path();
}

/// What the adapters say of their own keys, which only they know.
void check_adapters(config::ConfigResult& result, const std::filesystem::path& folder) {
  for (const auto& adapter : result.config->adapters) {
    try {
      check_adapter(adapter, built_ins(), folder, result.config->limits);
    } catch (const adapters::abi::AdapterError& error) {
      result.mistakes.push_back({{adapter.line, 1, {}}, {}, error.what(), {}});
    }
  }
}

void print(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

/// Signals that the main thread waits for; all threads that are made later have them blocked.
class Signals {
public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is an error of the write
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  /// From now on the next signal does what it does by default.
  ~Signals() { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

  /// The next one; none before `timeout`.
  [[nodiscard]] std::optional<int> wait(Duration timeout) const {
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(timeout).count();
    const std::timespec limit{ns / 1'000'000'000, ns % 1'000'000'000};
    const int signal = sigtimedwait(&set_, nullptr, &limit);
    return signal > 0 ? std::optional(signal) : std::nullopt;
  }

private:
  sigset_t set_{};
};

void wait_for_stop(const Signals& signals, Log& log) {
  while (true) {
    const auto signal = signals.wait(std::chrono::hours(1));
    if (signal == SIGHUP) {
      log.warning("app", "not_reloaded", {{"reason", "this version reads its configuration once"}});
    } else if (signal) {
      return;
    }
  }
}

/// Returns when the last client has left, the time is over, or another signal says not to wait.
void drain(App& app, const Signals& signals, Log& log, Duration limit) {
  const auto ends_at = std::chrono::steady_clock::now() + limit;
  while (!app.is_drained()) {
    if (std::chrono::steady_clock::now() >= ends_at) {
      log.warning("app", "drain_ended", {{"reason", "limits.drain_ms is over"}});
      return;
    }
    const auto signal = signals.wait(drain_poll);
    if (signal && signal != SIGHUP) {
      log.warning("app", "drain_ended", {{"reason", "another signal"}});
      return;
    }
  }
  log.info("app", "drained");
}

/// An adapter that never returns must not keep the process: everybody else has ended by now.
void end_without(const std::string& what) {
  print(stderr, "weir: " + what + "; the gateway ends without it\n");
  std::_Exit(EXIT_FAILURE);
}

void run(config::Config config, std::vector<auth::Key> keys, const ServeOptions& options) {
  const auto file_limit = raise_file_limit();
  LogSink log({.descriptor = STDERR_FILENO,
               .level = config.log.level,
               .format = config.log.format,
               .throttle = {}});
  auto& connections = config.limits.connections;
  const auto most = connections_for(file_limit);
  if (connections > most) {
    log.info("app", "fewer_connections", {{"connections", most}, {"open_files_max", file_limit}});
    connections = most;
  }
  const auto drain_limit = milliseconds(config.limits.drain_ms);
  std::mutex output;
  const auto announce = [&output](const std::string& line) {
    const std::lock_guard lock(output);
    print(stdout, line + "\n");
  };
  App app({.config = std::move(config),
           .config_folder = folder_of(options.config_file),
           .token_keys = std::move(keys),
           .built_ins = built_ins(),
           .log = log,
           .announce = announce,
           .version = options.version,
           .on_stuck = end_without});
  const Signals signals;
  app.start();
  wait_for_stop(signals, log);
  app.begin_stop();
  drain(app, signals, log, drain_limit);
}

}  // namespace

int serve(const ServeOptions& options) {
  auto loaded = load(options.config_file);
  std::vector<auth::Key> keys;
  if (loaded.config) {
    keys = load_token_keys(*loaded.config, folder_of(options.config_file), loaded.mistakes);
  }
  if (!loaded.mistakes.empty()) {
    print(stderr, to_report(loaded));
    return 1;
  }
  for (const auto& warning : loaded.warnings) {
    print(stderr, to_text(warning, loaded.file) + "\n");
  }
  run(std::move(*loaded.config), std::move(keys), options);
  return 0;
}

int check(const ServeOptions& options) {
  auto loaded = load(options.config_file);
  if (loaded.config) {
    const auto folder = folder_of(options.config_file);
    check_adapters(loaded, folder);
    static_cast<void>(load_token_keys(*loaded.config, folder, loaded.mistakes));
  }
  const bool is_good = loaded.mistakes.empty();
  print(is_good ? stdout : stderr, to_report(loaded));
  return is_good ? 0 : 1;
}

}  // namespace weir::gateway::app
