#include "gateway/app/log_sink.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace weir::gateway::app {
namespace {

/// Two connected descriptors; what is written to one can be read from the other.
class Channel {
public:
  enum class Type { pipe, socket };

  explicit Channel(Type type = Type::pipe) {
    const auto failed = type == Type::pipe ? pipe2(ends_.data(), O_CLOEXEC)
                                           : socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data());
    REQUIRE(failed == 0);
  }
  ~Channel() {
    close_reader();
    close_writer();
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_reader() { close_end(ends_[0]); }
  void close_writer() { close_end(ends_[1]); }

  /// All that was and will be written, until the writing end is closed.
  std::string read_to_end() {
    std::string out;
    std::array<char, 65536> piece{};
    for (ssize_t count = 1; count > 0;) {
      count = read(ends_[0], piece.data(), piece.size());
      if (count > 0) out.append(piece.data(), static_cast<std::size_t>(count));
    }
    return out;
  }
  std::string read_rest() {
    close_writer();
    return read_to_end();
  }

private:
  static void close_end(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    REQUIRE(end != std::string::npos);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

/// Everything behind the time.
std::string content(const std::string& line) {
  return line.size() > 25 ? line.substr(25) : line;
}

/// Sum of `count=` over the lines of this event.
std::uint64_t counted(const std::vector<std::string>& lines, const std::string& event) {
  std::uint64_t sum = 0;
  for (const auto& line : lines) {
    if (line.find("log " + event) == std::string::npos) continue;
    sum += std::stoull(line.substr(line.rfind("count=") + 6));
  }
  return sum;
}

LogSink::Options quick(const Channel& channel) {
  LogSink::Options options;
  options.descriptor = channel.writer();
  options.throttle.lines_per_s = 1'000'000;
  return options;
}

}  // namespace

TEST_CASE("lines come out in order, and the last ones before the end") {
  for (const auto type : {Channel::Type::pipe, Channel::Type::socket}) {
    Channel channel(type);
    std::string text;
    std::thread reader([&] { text = channel.read_to_end(); });
    {
      LogSink log(quick(channel));
      for (int i = 0; i < 100; ++i) log.info("test", "counted", {{"i", i}});
    }
    channel.close_writer();
    reader.join();
    const auto lines = split_lines(text);
    REQUIRE(lines.size() == 100);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CHECK(content(lines[i]) == "info test counted i=" + std::to_string(i));
    }
  }
}

TEST_CASE("lines below the level are not written") {
  Channel channel;
  {
    auto options = quick(channel);
    options.level = LogLevel::warning;
    options.format = LogFormat::json;
    LogSink log(options);
    CHECK_FALSE(log.is_enabled(LogLevel::info));
    log.debug("test", "a");
    log.info("test", "b");
    log.write(LogLevel::info, "test", "c", {});
    log.warning("test", "d");
  }
  const auto lines = split_lines(channel.read_rest());
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].ends_with(R"("level":"warning","area":"test","event":"d"})"));
}

TEST_CASE("a reader that has stopped holds nobody up, and what it missed is counted") {
  for (const auto type : {Channel::Type::pipe, Channel::Type::socket}) {
    constexpr std::uint64_t written = 20'000;
    Channel channel(type);
    std::string text;
    std::thread reader;
    {
      auto options = quick(channel);
      options.buffer_bytes = 10'000;
      options.flush_timeout = std::chrono::minutes(1);
      LogSink log(options);
      for (std::uint64_t i = 0; i < written; ++i) log.info("test", "flood", {{"i", i}});
      CHECK(log.dropped_lines() > 0);
      reader = std::thread([&] { text = channel.read_to_end(); });
    }
    channel.close_writer();
    reader.join();
    std::uint64_t arrived = 0;
    const auto lines = split_lines(text);
    for (const auto& line : lines) arrived += line.find("test flood i=") != std::string::npos;
    CHECK(arrived > 100);
    CHECK(arrived + counted(lines, "lines_dropped") == written);
  }
}

TEST_CASE("a reader that never comes back does not keep the gateway from ending") {
  for (const auto type : {Channel::Type::pipe, Channel::Type::socket}) {
    Channel channel(type);
    auto options = quick(channel);
    options.flush_timeout = Duration::zero();
    LogSink log(options);
    for (int i = 0; i < 20'000; ++i) log.info("test", "flood", {{"i", i}});
  }
}

TEST_CASE("a reader that has gone is no reason to die") {
  for (const auto type : {Channel::Type::pipe, Channel::Type::socket}) {
    Channel channel(type);
    channel.close_reader();
    LogSink log(quick(channel));
    for (int i = 0; i < 1000; ++i) log.info("test", "lost", {{"i", i}});
  }
}

TEST_CASE("every line of an event that comes too often is written or counted") {
  constexpr std::uint64_t written = 1000;
  Channel channel;
  {
    auto options = quick(channel);
    options.level = LogLevel::debug;
    options.throttle.lines_per_s = 10;
    LogSink log(options);
    for (std::uint64_t i = 0; i < written; ++i) log.warning("net", "refused", {{"i", i}});
    for (int i = 0; i < 50; ++i) log.debug("net", "detail");
    CHECK(log.suppressed_lines() > 0);
  }
  const auto lines = split_lines(channel.read_rest());
  std::uint64_t refused = 0;
  std::uint64_t details = 0;
  for (const auto& line : lines) {
    refused += content(line).starts_with("warning net refused");
    details += content(line) == "debug net detail";
  }
  CHECK(refused >= 10);
  CHECK(refused + counted(lines, "lines_suppressed of_area=net of_event=refused") == written);
  CHECK(details == 50);
}

TEST_CASE("lines of many threads stay whole") {
  constexpr int threads = 4;
  constexpr int each = 500;
  Channel channel;
  std::string text;
  std::thread reader([&] { text = channel.read_to_end(); });
  {
    LogSink log(quick(channel));
    std::vector<std::thread> writers;
    for (int t = 0; t < threads; ++t) {
      writers.emplace_back([&log, t] {
        for (int i = 0; i < each; ++i) log.info("test", "line", {{"thread", t}, {"i", i}});
      });
    }
    for (auto& writer : writers) writer.join();
  }
  channel.close_writer();
  reader.join();
  std::vector<int> next(threads, 0);
  const auto lines = split_lines(text);
  for (const auto& line : lines) {
    const auto thread = static_cast<std::size_t>(line.at(line.find("thread=") + 7) - '0');
    CHECK(content(line) == "info test line thread=" + std::to_string(thread) +
                               " i=" + std::to_string(next.at(thread)++));
  }
  CHECK(lines.size() == threads * each);
}

}  // namespace weir::gateway::app
