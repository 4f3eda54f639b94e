#include "adapters/common/broker_cycle.hpp"

namespace weir::adapters::common {

Milliseconds BrokerCycle::on_failed() {
  current_ = (current_ + 1) % count_;
  return current_ == 0 ? backoff_.next() : Milliseconds(0);
}

Milliseconds BrokerCycle::on_lost(std::chrono::steady_clock::duration lasted) {
  current_ = 0;
  if (lasted >= good) backoff_.reset();
  return backoff_.next();
}

}  // namespace weir::adapters::common
