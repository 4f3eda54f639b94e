#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): theirs
}

namespace weir::adapters::common {

/// One thread that runs one io_context: the shell of an adapter with sockets. Everything that the
/// adapter does with them happens there.
class IoThread {
public:
  IoThread();
  /// The thread has ended by then.
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  [[nodiscard]] boost::asio::io_context& context();
  /// Runs `work` there, soon. Any thread. After `stop` has begun it may never run.
  void post(std::function<void()> work);

  /// What `work` and completions throw ends with `failed`; the thread goes on.
  void start(std::function<void(const char*)> failed);
  /// Runs `last_work` there, which cancels all operations, and waits for their end. Idempotent.
  void stop(std::function<void()> last_work = {});

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::common
