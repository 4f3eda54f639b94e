#include "gateway/app/adapter_worker.hpp"

#include <csignal>
#include <iterator>
#include <utility>

namespace weir::gateway::app {

AdapterWorker::AdapterWorker(adapters::abi::AdapterInstance& adapter, Options options)
    : adapter_(adapter), options_(std::move(options)), thread_([this] { run(); }) {
}

AdapterWorker::~AdapterWorker() {
  stop();
}

void AdapterWorker::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_up_.notify_one();
  thread_.join();
}

void AdapterWorker::set_wanted(const std::string& filter, bool is_wanted) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.demand[filter] = is_wanted;
  }
  wake_up_.notify_one();
}

void AdapterWorker::resume() {
  {
    const std::lock_guard lock(mutex_);
    waiting_.has_room = true;
  }
  wake_up_.notify_one();
}

void AdapterWorker::give(std::vector<adapters::abi::Receipt> receipts) {
  if (receipts.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.receipts.empty()) {
      waiting_.receipts = std::move(receipts);
    } else {
      std::ranges::move(receipts, std::back_inserter(waiting_.receipts));
    }
  }
  wake_up_.notify_one();
}

bool AdapterWorker::send(adapters::abi::SendRequest& request) {
  {
    const std::lock_guard lock(mutex_);
    if (open_sends_ >= options_.open_sends || is_stopping_) return false;
    ++open_sends_;
    waiting_.sends.push_back(std::move(request));
  }
  wake_up_.notify_one();
  return true;
}

void AdapterWorker::on_sent() {
  const std::lock_guard lock(mutex_);
  if (open_sends_ > 0) --open_sends_;
}

bool AdapterWorker::replay(const adapters::abi::ReplayRequest& request) {
  {
    const std::lock_guard lock(mutex_);
    if (open_replays_ >= options_.open_replays || is_stopping_) return false;
    ++open_replays_;
    waiting_.replays.push_back(request);
  }
  wake_up_.notify_one();
  return true;
}

void AdapterWorker::on_replayed() {
  const std::lock_guard lock(mutex_);
  if (open_replays_ > 0) --open_replays_;
}

void AdapterWorker::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are for the thread that waits for them

  std::unique_lock lock(mutex_);
  while (true) {
    wake_up_.wait(lock, [this] { return is_stopping_ || !waiting_.is_empty(); });
    const bool is_last = is_stopping_;
    const Work work = std::exchange(waiting_, {});
    lock.unlock();
    if (!work.receipts.empty()) {
      adapter_.receipts(work.receipts);
      options_.on_receipts_given(work.receipts.size());
    }
    if (is_last) return;
    for (const auto& [filter, is_wanted] : work.demand) {
      if (is_wanted) {
        adapter_.wanted(filter);
      } else {
        adapter_.unwanted(filter);
      }
    }
    if (work.has_room) adapter_.resumed();
    for (const auto& request : work.sends) adapter_.send(request);
    for (const auto& request : work.replays) adapter_.replay(request);
    lock.lock();
  }
}

}  // namespace weir::gateway::app
