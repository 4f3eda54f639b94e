#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::bench {

class ClientSession;

/// Text that waits to be written to any number of clients.
using SharedText = std::shared_ptr<const std::string>;

/// Of one topic, which has a number and counts what it gets, so that deliveries look like Weir's.
struct Followers {
  std::size_t number = 0;
  std::uint64_t offset = 0;
  std::vector<ClientSession*> sessions{};
};

/// Who is subscribed to what: exact topics only. One thread, no locks.
class FanOut {
public:
  void subscribe(const std::string& topic, ClientSession& session) {
    followers(topic).sessions.push_back(&session);
  }
  void forget(ClientSession& session) {
    for (auto& [topic, followers] : followers_) std::erase(followers.sessions, &session);
  }
  /// Nobody: an empty list.
  [[nodiscard]] Followers& followers(const std::string& topic) {
    Followers& of_topic = followers_[topic];
    if (of_topic.number == 0) of_topic.number = followers_.size();
    return of_topic;
  }

private:
  std::map<std::string, Followers> followers_;
};

}  // namespace weir::tests::bench
