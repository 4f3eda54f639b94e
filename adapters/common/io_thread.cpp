#include "adapters/common/io_thread.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <thread>
#include <utility>

namespace weir::adapters::common {

class IoThread::Implementation {
public:
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{
      context.get_executor()};
  std::thread thread;
};

IoThread::IoThread() : implementation_(std::make_unique<Implementation>()) {
}

IoThread::~IoThread() = default;

boost::asio::io_context& IoThread::context() {
  return implementation_->context;
}

void IoThread::post(std::function<void()> work) {
  boost::asio::post(implementation_->context, std::move(work));
}

void IoThread::start(std::function<void(const char*)> failed) {
  implementation_->thread =
      std::thread([&context = implementation_->context, failed = std::move(failed)] {
        for (;;) {
          try {
            context.run();
            return;
          } catch (const std::exception& error) {
            failed(error.what());
          }
        }
      });
}

void IoThread::stop(std::function<void()> last_work) {
  if (!implementation_->thread.joinable()) return;
  if (last_work) post(std::move(last_work));
  implementation_->guard.reset();
  implementation_->thread.join();
}

}  // namespace weir::adapters::common
