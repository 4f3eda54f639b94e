#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::bench {

class ClientSession;

/// Text that waits to be written to any number of clients.
using SharedText = std::shared_ptr<const std::string>;

/// Who is subscribed to what: exact topics only. One thread, no locks.
class FanOut {
public:
  void subscribe(const std::string& topic, ClientSession& session) {
    followers_[topic].push_back(&session);
  }
  void forget(ClientSession& session) {
    for (auto& [topic, sessions] : followers_) std::erase(sessions, &session);
  }
  /// Nobody: an empty list.
  [[nodiscard]] const std::vector<ClientSession*>& followers(const std::string& topic) {
    return followers_[topic];
  }

private:
  std::map<std::string, std::vector<ClientSession*>> followers_;
};

}  // namespace weir::tests::bench
