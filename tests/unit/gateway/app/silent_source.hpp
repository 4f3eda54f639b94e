#pragma once

#include "gateway/app/admin_source.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::app {

/// Has nothing to tell; a test says what its own has.
class SilentSource : public AdminSource {
public:
  std::optional<metrics::MetricsSnapshot> measure() override { return std::nullopt; }
  std::vector<std::string> find_obstacles() override { return {}; }
  std::optional<Listing<SessionInfo>> list_sessions(const SessionQuery& /*query*/) override {
    return std::nullopt;
  }
  protocol::Result<SessionInfo, SessionFault> ask_session(
      SessionId /*id*/, const SessionRequest& /*request*/) override {
    return protocol::Unexpected(SessionFault::no_answer);
  }
  protocol::Result<std::size_t, RevokeFault> revoke(const std::string& /*subject*/) override {
    return protocol::Unexpected(RevokeFault::no_answer);
  }
  std::optional<Listing<TopicInfo>> list_topics(const std::string& /*filter*/) override {
    return std::nullopt;
  }
  std::vector<AdapterInfo> list_adapters() override { return {}; }

protected:
  ~SilentSource() = default;
};

}  // namespace weir::gateway::app
