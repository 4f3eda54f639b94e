#pragma once

#include "clients/cli/line_buffer.hpp"
#include "clients/cli/output.hpp"
#include "clients/cpp/events.hpp"
#include "protocol/core/entry.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::clients::cli {

/// How a publisher's data is to be understood.
enum class DataFormat : std::uint8_t {
  json,  ///< one JSON text
  text,  ///< any UTF-8; published as a JSON string
};

/// What `weir pub` is asked to do.
struct PubOptions {
  std::string url;
  std::string topic;
  std::optional<std::string> data;  ///< none: every line of standard input is one publish
  DataFormat format = DataFormat::json;
  std::string token{};    ///< empty: none
  std::string ca_file{};  ///< who may vouch for a wss gateway; empty: the system's
};

/// Decides what `weir pub` does next: one publish at a time, in order, each answered before the
/// next is sent. One that came too fast for the gateway is sent again after a pause.
class Publisher {
public:
  enum class Want : std::uint8_t { nothing, publish, pause, input, stop };
  /// What is wanted next, with what there is to print.
  struct Step {
    Want want = Want::nothing;
    protocol::Publication publication{};  ///< of publish
    Output output{};                      ///< its `exit` comes with stop
  };
  static constexpr cpp::Duration pause{250};
  static constexpr unsigned attempts_max = 40;

  explicit Publisher(PubOptions options);

  /// Errors: a sentence about a topic that is none, or data that is not of its format.
  [[nodiscard]] static protocol::Result<void, std::string> check(const PubOptions& options);

  [[nodiscard]] Step on(const cpp::ClientEvent& event);
  /// Bytes of standard input; none: it is over. An answer to `input`.
  [[nodiscard]] Step on_input(std::string_view bytes);
  /// The pause is over.
  [[nodiscard]] Step on_pause();
  [[nodiscard]] Step on_interrupt();

private:
  Step next();
  Step publish(protocol::Payload payload, std::string err);
  Step on_reply(const cpp::Reply& reply);
  Step end(ExitCode code, std::string err = {});
  std::optional<std::string> next_line();
  [[nodiscard]] std::string place() const;

  PubOptions options_;
  std::optional<std::string> data_;  ///< the argument, until it is published
  LineBuffer lines_;
  protocol::Publication current_;
  unsigned attempts_ = 0;
  std::uint64_t refused_ = 0;
  bool is_input_over_ = false;
  bool is_connected_ = false;
  bool has_ended_ = false;
};

}  // namespace weir::clients::cli
