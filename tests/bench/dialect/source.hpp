#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::tests::bench {

/// How data are given to a server, over a TCP connection of its own. Sans-IO; owned by the feeder.
class Source {
public:
  virtual ~Source() = default;
  /// Appends what is said as soon as there is a connection.
  virtual void begin(std::string& /*out*/) {}
  /// Appends what publishes `data` to a topic.
  virtual void append(std::string& out, std::string_view topic, std::string_view data) = 0;
  /// Takes what the server answers, however it is cut, and appends what it has to be told.
  /// Errors: what the server complains of; the run cannot go on.
  [[nodiscard]] virtual std::optional<std::string> on_answer(std::string_view bytes,
                                                             std::string& out) = 0;
};

}  // namespace weir::tests::bench
