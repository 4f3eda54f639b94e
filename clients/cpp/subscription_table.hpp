#pragma once

#include "clients/cpp/topic_table.hpp"
#include "protocol/core/command.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir::clients::cpp {

/// The subscriptions of the application, by filter, through all connections.
class SubscriptionTable {
public:
  /// Adds a subscription, or replaces the options of the one with this filter.
  void set(const std::string& filter, protocol::SubscribeOptions options);
  void erase(const std::string& filter);

  [[nodiscard]] std::vector<std::string> filters() const;
  [[nodiscard]] const std::map<std::string, protocol::SubscribeOptions>& options() const {
    return options_;
  }

  /// The gateway has accepted it on the present connection.
  void on_accepted(const std::string& filter);
  /// All that matched has come once, so the next connection resumes it. False: nobody asked.
  [[nodiscard]] bool on_ready(const std::string& filter);
  void on_disconnected();

  /// Accepted on the present connection.
  [[nodiscard]] bool is_active(const std::string& filter) const;
  [[nodiscard]] bool is_followed(std::string_view topic) const;
  /// Whether every entry of a topic is due: one of the accepted subscriptions asks for that.
  [[nodiscard]] bool is_every_entry_due(std::string_view topic, protocol::Kind kind) const;

  /// Whether its values have to be kept, because patches of them may come.
  [[nodiscard]] bool is_patched(std::string_view topic) const;

  /// The request that begins or resumes a subscription of this table.
  /// Shape: `from` is absent when it begins, and for `latest`, which gets the state.
  [[nodiscard]] protocol::SubscribeCommand request(const std::string& filter,
                                                   const TopicTable& topics) const;

private:
  struct Progress {
    bool is_active = false;       ///< accepted on the present connection
    bool is_established = false;  ///< ready once
  };

  std::map<std::string, protocol::SubscribeOptions> options_;
  std::map<std::string, Progress> progress_;
};

}  // namespace weir::clients::cpp
