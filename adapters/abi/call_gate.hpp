#pragma once

#include <atomic>
#include <cstdint>

namespace weir::adapters::abi {

/// Lets calls pass from any thread until it is closed; closing waits for those that are inside, so
/// that what they use may be destroyed. A call inside may enter again.
class CallGate {
public:
  /// One passage: false when the gate was closed already.
  class Pass {
  public:
    explicit Pass(CallGate& gate) : gate_(gate), is_inside_(gate.enter()) {}
    ~Pass() {
      if (is_inside_) gate_.leave();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    explicit operator bool() const { return is_inside_; }

  private:
    CallGate& gate_;
    bool is_inside_;
  };

  /// Idempotent; not from inside.
  void close() {
    state_.fetch_or(closed);
    for (auto state = state_.load(); state != closed; state = state_.load()) state_.wait(state);
  }

private:
  static constexpr std::uint32_t closed = std::uint32_t{1} << 31U;

  bool enter() {
    if ((state_.fetch_add(1) & closed) == 0) return true;
    leave();
    return false;
  }
  void leave() {
    if ((state_.fetch_sub(1) & closed) != 0) state_.notify_all();
  }

  std::atomic<std::uint32_t> state_ = 0;  ///< how many are inside, and the closed bit
};

}  // namespace weir::adapters::abi
