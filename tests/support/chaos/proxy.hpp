#pragma once

#include "tests/support/chaos/descriptor.hpp"
#include "tests/support/chaos/link.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace weir::tests::chaos {

/// A TCP proxy that is a bad network. One thread, in `run`.
class Proxy {
public:
  /// Listens on a free port of the same address that it leads to.
  /// Errors: std::system_error.
  Proxy(const sockaddr_in& target, std::uint64_t seed);

  [[nodiscard]] std::uint16_t port() const;
  /// Shape:  those of Network; "reset": every connection is, at once; "half_close": the gateway
  ///         sees the end of what each client has sent.
  /// Errors: false - it is none of these.
  [[nodiscard]] bool command(std::string_view line);
  /// Takes commands from standard input, one a line, until that ends. Answers each, when it has
  /// been carried out, with a line: "ok", or "what?".
  /// Errors: std::system_error.
  void run();

private:
  struct Watched {
    Link* link;
    LinkEnd* end;
  };
  using Links = std::map<const Link*, std::unique_ptr<Link>>;
  using Times = std::multimap<Clock::time_point, Link*>;

  void watch(int descriptor, std::uint32_t events);
  /// False: there is no more input.
  [[nodiscard]] bool read_input();
  void accept();
  void add(Descriptor client);
  /// False: it has failed already.
  [[nodiscard]] bool connect(int descriptor) const;
  void note(int descriptor, std::uint32_t events);
  void move_due();
  void move(Link& link);
  void forget(const Link& link);
  void wake_at(Link& link, Clock::time_point time);
  void wake_all();
  [[nodiscard]] int timeout_ms() const;

  sockaddr_in target_;
  Network network_;
  Random random_;
  Descriptor epoll_;
  Descriptor listener_;
  std::string input_;
  Links links_;
  std::map<int, Watched> watched_;                 ///< by descriptor
  Times times_;                                    ///< when which link wants to move
  std::map<const Link*, Times::iterator> waking_;  ///< its place there
};

}  // namespace weir::tests::chaos
