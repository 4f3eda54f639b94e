#include "gateway/app/serve.hpp"

#include "gateway/app/app.hpp"
#include "gateway/app/built_ins.hpp"
#include "gateway/app/config_file.hpp"
#include "gateway/app/file_limit.hpp"
#include "gateway/app/reloader.hpp"
#include "gateway/app/service_notice.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace weir::gateway::app {
namespace {

constexpr Duration drain_poll = std::chrono::milliseconds(50);

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

void wait_for_stop(const Signals& signals, Reloader& reloader, const ServiceNotice& notice) {
  while (true) {
    const auto signal = signals.wait(std::chrono::hours(1));
    if (signal && signal != SIGHUP) return;
    if (!signal) continue;
    notice.reloading();
    reloader.reload();
    notice.ready();
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

void run(LoadedConfig loaded, const ServeOptions& options) {
  auto config = std::move(*loaded.result.config);
  const auto as_read = config;
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
           .token_keys = std::move(loaded.token_keys),
           .tls = std::move(loaded.tls),
           .built_ins = built_ins(),
           .log = log,
           .announce = announce,
           .version = options.version,
           .on_stuck = end_without});
  const Signals signals;
  const auto* notify_socket = std::getenv("NOTIFY_SOCKET");
  const ServiceNotice notice(notify_socket == nullptr ? "" : notify_socket);
  app.start();
  notice.ready();
  Reloader reloader(options.config_file, as_read, app, log);
  wait_for_stop(signals, reloader, notice);
  notice.stopping();
  app.begin_stop();
  drain(app, signals, log, drain_limit);
}

}  // namespace

int serve(const ServeOptions& options) {
  auto loaded = load_config_file(options.config_file);
  const auto& result = loaded.result;
  if (!result.mistakes.empty()) {
    print(stderr, to_report(result));
    return 1;
  }
  for (const auto& warning : result.warnings) {
    print(stderr, to_text(warning, result.file) + "\n");
  }
  run(std::move(loaded), options);
  return 0;
}

int check(const ServeOptions& options) {
  auto result = load_config_file(options.config_file).result;
  if (result.config) check_adapters(result, folder_of(options.config_file));
  const bool is_good = result.mistakes.empty();
  print(is_good ? stdout : stderr, to_report(result));
  return is_good ? 0 : 1;
}

}  // namespace weir::gateway::app
