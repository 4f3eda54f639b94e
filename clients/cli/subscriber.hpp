#pragma once

#include "clients/cli/output.hpp"
#include "clients/cpp/events.hpp"
#include "protocol/core/command.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir::clients::cli {

/// What `weir sub` is asked to do.
struct SubOptions {
  std::string url;
  std::vector<std::string> filters;
  protocol::SubscribeOptions subscribe;  ///< for every filter
  protocol::SessionWishes wishes;
  std::optional<std::uint64_t> count;     ///< end after so many deliveries; none: do not
  std::optional<cpp::Duration> duration;  ///< end after this time; none: do not
  bool as_json = false;                   ///< one object a line instead of `topic data`
  bool uses_cbor = false;                 ///< weir.v1.cbor instead of weir.v1.json
  std::string token{};                    ///< empty: none
  std::string ca_file{};                  ///< who may vouch for a wss gateway; empty: the system's
};

/// Decides what `weir sub` prints and when it ends. Deliveries go to standard output, one a line;
/// all else goes to standard error.
class Subscriber {
public:
  explicit Subscriber(SubOptions options) : options_(std::move(options)) {}

  /// Errors: a sentence about a filter that is none, or too few of them.
  [[nodiscard]] static protocol::Result<void, std::string> check(const SubOptions& options);

  [[nodiscard]] Output on(const cpp::ClientEvent& event);
  /// `duration` is over.
  [[nodiscard]] Output on_time_over() const;
  /// Ctrl-C: the usual end of a subscription without `count`.
  [[nodiscard]] Output on_interrupt() const;

private:
  Output on_delivered(const cpp::Delivered& delivery);

  SubOptions options_;
  std::uint64_t delivered_ = 0;
};

}  // namespace weir::clients::cli
