#pragma once

#include "adapters/abi/host_functions.hpp"
#include "adapters/tcp/feed_session.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace weir::adapters::tcp {

/// What `session` is told, and what comes of it.
struct SessionFixture {
  tests::RecordingPort port;
  abi::HostFunctions functions{{.entry_bytes_max = 1000, .trust = abi::Trust::built_in}, port};
  FeedShared shared{abi::Host(&functions.table()), {.line_bytes_max = 2000}, {}, {}};
  FeedSession session{1, "feeder", shared};

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      REQUIRE(session.wants_read());
      const auto space = session.prepare();
      const std::size_t size = std::min(space.size(), bytes.size());
      std::memcpy(space.data(), bytes.data(), size);
      session.on_read(size);
      bytes.remove_prefix(size);
    }
  }
  std::string written() {
    std::string out;
    session.take_output(out);
    session.on_written();
    return out;
  }
  /// The gateway answers for an entry.
  void receipt(const abi::PublishItem& item, const std::optional<protocol::Error>& error = {}) {
    const auto owner = shared.receipts.take(item.receipt);
    REQUIRE(owner);
    session.on_receipt(*owner, error);
  }
};

/// Lines that want acks.
inline std::string numbered(std::size_t count, std::size_t from = 1) {
  std::string lines;
  for (std::size_t i = from; i < from + count; ++i)
    lines +=
        R"({"topic":"a","data":)" + std::to_string(i) + R"(,"id":)" + std::to_string(i) + "}\n";
  return lines;
}

}  // namespace weir::adapters::tcp
