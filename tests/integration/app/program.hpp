#pragma once

#include "tests/integration/app/websocket_client.hpp"

#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace weir::tests::app {

/// The real program as a process of its own. Killed at the end, if it still runs.
class Program {
public:
  explicit Program(std::vector<std::string> arguments) {
    REQUIRE(pipe2(out_.data(), O_CLOEXEC) == 0);
    REQUIRE(pipe2(err_.data(), O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out_[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err_[1], STDERR_FILENO);
    arguments.insert(arguments.begin(), WEIR_PROGRAM);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    REQUIRE(posix_spawn(&pid_, WEIR_PROGRAM, &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(out_[1]);
    close(err_[1]);
  }
  ~Program() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(out_[0]);
    close(err_[0]);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// A file with this configuration: any free port, nobody on the network, everybody here.
  static std::string config_file(
      const std::string& text =
          "shards = 2\n[listen]\nport = 0\n[admin]\nport = 0\n[[rights]]\nidentity = \"*\"\n"
          "subscribe = [\"#\"]\npublish = [\"#\"]\n[[adapter]]\nname = \"feed\"\ntype = \"tcp\"\n"
          "listen = \"127.0.0.1:0\"\n") {
    static int count = 0;
    const auto name = std::string(WEIR_SCRATCH) + "/program_" + std::to_string(getpid()) + "_" +
                      std::to_string(++count) + ".toml";
    std::ofstream(name) << text;
    return name;
  }

  /// The port that it has announced for "client", "admin" or "adapter:<name>".
  std::uint16_t port(const std::string& name) {
    const auto line = "listening " + name + " ";
    REQUIRE(until(out_[0], output_, [&] {
      const auto at = output_.find(line);
      return at != std::string::npos && output_.find('\n', at) != std::string::npos;
    }));
    const auto address = output_.substr(output_.find(line) + line.size());
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':', 5) + 1)));
  }
  void signal(int number) { REQUIRE(kill(pid_, number) == 0); }
  bool until_error_says(const std::string& text) {
    return until(err_[0], errors_, [&] { return errors_.find(text) != std::string::npos; });
  }
  /// Reads to the end, and returns the exit code; 1000 and more: ended by that signal.
  int wait() {
    CHECK(until(err_[0], errors_, [] { return false; }) == false);
    int status = 0;
    REQUIRE(waitpid(pid_, &status, 0) == pid_);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  [[nodiscard]] const std::string& errors() const { return errors_; }

private:
  /// Reads until the claim holds. False: the program has closed it before, or says nothing more.
  template <class Claim>
  static bool until(int descriptor, std::string& text, const Claim& claim) {
    while (!claim()) {
      pollfd wanted{descriptor, POLLIN, 0};
      const auto limit =
          std::chrono::duration_cast<std::chrono::milliseconds>(Connection::patience);
      if (poll(&wanted, 1, static_cast<int>(limit.count())) != 1) return false;
      std::array<char, 4096> buffer{};
      const auto count = read(descriptor, buffer.data(), buffer.size());
      if (count <= 0) return false;
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return true;
  }

  pid_t pid_ = -1;
  std::array<int, 2> out_{};
  std::array<int, 2> err_{};
  std::string output_;
  std::string errors_;
};

}  // namespace weir::tests::app
