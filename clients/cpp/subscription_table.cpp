#include "clients/cpp/subscription_table.hpp"

#include "protocol/core/topic.hpp"

#include <algorithm>

namespace weir::clients::cpp {

using protocol::Delivery;

void SubscriptionTable::set(const std::string& filter, protocol::SubscribeOptions options) {
  options_.insert_or_assign(filter, std::move(options));
  progress_.try_emplace(filter);
}

void SubscriptionTable::erase(const std::string& filter) {
  options_.erase(filter);
  progress_.erase(filter);
}

std::vector<std::string> SubscriptionTable::filters() const {
  std::vector<std::string> filters;
  filters.reserve(options_.size());
  for (const auto& [filter, options] : options_) filters.push_back(filter);
  return filters;
}

void SubscriptionTable::on_accepted(const std::string& filter) {
  const auto found = progress_.find(filter);
  if (found != progress_.end()) found->second.is_active = true;
}

bool SubscriptionTable::on_ready(const std::string& filter) {
  const auto found = progress_.find(filter);
  if (found == progress_.end()) return false;
  found->second.is_established = true;
  return true;
}

void SubscriptionTable::on_disconnected() {
  for (auto& [filter, progress] : progress_) progress.is_active = false;
}

bool SubscriptionTable::is_active(const std::string& filter) const {
  const auto found = progress_.find(filter);
  return found != progress_.end() && found->second.is_active;
}

bool SubscriptionTable::is_followed(std::string_view topic) const {
  return std::ranges::any_of(options_,
                             [&](const auto& one) { return protocol::matches(one.first, topic); });
}

bool SubscriptionTable::is_every_entry_due(std::string_view topic, protocol::Kind kind) const {
  const auto usual = kind == protocol::Kind::stream ? Delivery::all : Delivery::latest;
  return std::ranges::any_of(options_, [&](const auto& one) {
    const auto& [filter, options] = one;
    return options.delivery.value_or(usual) == Delivery::all && progress_.at(filter).is_active &&
           protocol::matches(filter, topic);
  });
}

bool SubscriptionTable::is_patched(std::string_view topic) const {
  return std::ranges::any_of(options_, [&](const auto& one) {
    return one.second.delta == protocol::Delta::patch && protocol::matches(one.first, topic);
  });
}

protocol::SubscribeCommand SubscriptionTable::request(const std::string& filter,
                                                      const TopicTable& topics) const {
  protocol::SubscribeCommand command{0, filter, options_.at(filter), {}};
  auto& options = command.options;
  const bool is_established = progress_.at(filter).is_established;
  if (options.delivery != Delivery::latest) {
    auto positions = topics.positions(
        filter,
        options.delivery == Delivery::all ? TopicTable::Resume::all : TopicTable::Resume::streams);
    // Ready once, with no topic then: those born since are wanted from their beginning.
    if (is_established || !positions.empty()) command.from = std::move(positions);
  }
  if (command.from) {
    options.history = 0;
  } else if (is_established) {
    // What has changed meanwhile is wanted even by those who did not want to begin with the state.
    options.snapshot = true;
  }
  return command;
}

}  // namespace weir::clients::cpp
