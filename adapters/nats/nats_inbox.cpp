#include "adapters/nats/nats_inbox.hpp"

#include <utility>
#include <variant>

namespace weir::adapters::nats {

std::uint64_t NatsInbox::begin() {
  const std::lock_guard lock(mutex_);
  events_.clear();
  bytes_ = 0;
  is_losing_ = false;
  ended_.reset();
  return ++connection_;
}

void NatsInbox::push(common::BrokerEvent event) {
  events_.push_back(std::move(event));
  wake_up_.signal();
}

void NatsInbox::put(std::uint64_t connection, common::Message message) {
  const std::lock_guard lock(mutex_);
  if (connection != connection_) return;
  if (events_.size() >= messages_max || bytes_ >= bytes_max) {
    if (!std::exchange(is_losing_, true))
      push(common::Loss{.cause = WEIR_CAUSE_OVERFLOW, .origin = {}, .filter = {}});
    return;
  }
  is_losing_ = false;
  bytes_ += message.body.size();
  push(std::move(message));
}

void NatsInbox::tell(std::uint64_t connection, common::BrokerEvent event) {
  const std::lock_guard lock(mutex_);
  // a broker that complains without end must not grow this without end
  if (connection == connection_ && events_.size() < 2 * messages_max) push(std::move(event));
}

void NatsInbox::end(std::uint64_t connection, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (connection != connection_ || ended_) return;
  ended_ = reason;
  wake_up_.signal();
}

std::optional<common::BrokerEvent> NatsInbox::take() {
  for (const bool is_last_look : {false, true}) {
    const std::lock_guard lock(mutex_);
    if (!events_.empty()) {
      std::optional<common::BrokerEvent> event(std::move(events_.front()));
      events_.pop_front();
      if (const auto* message = std::get_if<common::Message>(&*event))
        bytes_ -= message->body.size();
      return event;
    }
    // then look again: what came in between has signalled anew, or is seen now
    if (!is_last_look) wake_up_.acknowledge();
  }
  return std::nullopt;
}

std::optional<std::string> NatsInbox::ended() {
  const std::lock_guard lock(mutex_);
  return ended_;
}

}  // namespace weir::adapters::nats
