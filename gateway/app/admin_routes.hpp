#pragma once

#include "gateway/app/adapter_bridge.hpp"
#include "gateway/app/shard.hpp"
#include "gateway/http/message.hpp"
#include "gateway/metrics/metrics_snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

/// What the admin port tells about. None: a shard has not answered in time. The admin server's
/// thread calls, and may be kept waiting.
class AdminSource {
public:
  [[nodiscard]] virtual std::optional<metrics::MetricsSnapshot> measure() = 0;
  /// Why clients should not come here now, a sentence each; empty: ready.
  [[nodiscard]] virtual std::vector<std::string> find_obstacles() = 0;
  [[nodiscard]] virtual std::optional<Listing<SessionInfo>> list_sessions() = 0;
  [[nodiscard]] virtual std::optional<Listing<TopicInfo>> list_topics(
      const std::string& filter) = 0;
  [[nodiscard]] virtual std::vector<AdapterInfo> list_adapters() = 0;

protected:
  ~AdminSource() = default;
};

/// Whether a request with this Host header may be answered on the admin port: a page of a foreign
/// site that has its own name resolve to this machine (DNS rebinding) must not be.
/// Shape:  loopback names and addresses, and the address that the port listens on; where that is
///         all of them, any IP address.
[[nodiscard]] bool is_admin_host(std::string_view host, std::string_view listen_address);

/// Answers a request on the admin port.
[[nodiscard]] http::Response respond_to_admin(const http::Request& request,
                                              std::string_view listen_address,
                                              AdminSource& source);

}  // namespace weir::gateway::app
