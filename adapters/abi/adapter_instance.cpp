#include "adapters/abi/adapter_instance.hpp"

#include "adapters/abi/call_gate.hpp"
#include "adapters/abi/host_functions.hpp"
#include "adapters/abi/text.hpp"
#include "adapters/abi/translation.hpp"

#include <exception>
#include <mutex>
#include <optional>

namespace weir::adapters::abi {

namespace {

/// What `open` and `start` say when they fail.
std::string reason_of(const weir_error& error) {
  return std::string(to_error(&error).message());
}

}  // namespace

class AdapterInstance::Implementation {
public:
  Implementation(const AdapterCode& code,
                 const AdapterSettings& settings,
                 HostPort& port,
                 CallBook* book)
      : functions_(code.functions),
        name_(settings.name),
        book_(book),
        host_({.entry_bytes_max = settings.entry_bytes_max, .trust = code.trust}, port) {
    host_.enter(HostFunctions::Phase::opened);
    open(settings);
  }

  ~Implementation() {
    stop();
    receipts_gate_.close();
    guarded("close", [this] { functions_.close(self_); });
  }

  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  void start() {
    weir_error error{};
    int status = -1;
    host_.enter(HostFunctions::Phase::running);
    {
      const std::lock_guard lock(calls_);
      is_starting_ = true;
    }
    const auto thrown = guarded("start", [&] { status = functions_.start(self_, &error); });
    if (status != 0) {
      host_.enter(HostFunctions::Phase::stopped);
      throw AdapterError("adapter '" + name_ + "': " + thrown.value_or(reason_of(error)));
    }
    const std::lock_guard lock(calls_);
    is_running_ = true;
    is_starting_ = false;
    for (const std::string& filter : host_.wanted()) tell(functions_.wanted, "wanted", filter);
    if (is_resume_due_) tell_resumed();
  }

  void stop() {
    {
      const std::lock_guard lock(calls_);
      if (!is_running_) return;
      is_running_ = false;
    }
    guarded("stop", [this] { functions_.stop(self_); });
    host_.enter(HostFunctions::Phase::stopped);
    host_.end_all();
  }

  void wanted(std::string_view filter) {
    const std::lock_guard lock(calls_);
    if (host_.add_wanted(filter)) tell(functions_.wanted, "wanted", filter);
  }

  void unwanted(std::string_view filter) {
    const std::lock_guard lock(calls_);
    if (host_.remove_wanted(filter)) tell(functions_.unwanted, "unwanted", filter);
  }

  void resumed() {
    const std::lock_guard lock(calls_);
    // What it has published in `start` may have made it wait for this.
    is_resume_due_ = is_starting_;
    tell_resumed();
  }

  void receipts(std::span<const Receipt> receipts) {
    const CallGate::Pass pass(receipts_gate_);
    if (!pass || functions_.receipts == nullptr || receipts.empty()) return;
    std::vector<weir_error> errors;
    errors.reserve(receipts.size());  // so that no pointer into it moves
    std::vector<weir_receipt> items;
    items.reserve(receipts.size());
    for (const Receipt& receipt : receipts) {
      weir_receipt& item = items.emplace_back();
      item = {};
      item.size = sizeof item;
      item.receipt = receipt.receipt;
      if (receipt.result) {
        item.epoch = to_text(receipt.result->epoch);
        item.offset = receipt.result->offset;
      } else {
        fill(&errors.emplace_back(), receipt.result.error());
        item.error = &errors.back();
      }
    }
    guarded("receipts", [&] { functions_.receipts(self_, items.data(), items.size()); });
  }

  void send(const SendRequest& request) {
    host_.open_send(request.send_id);
    weir_error error{};
    const std::lock_guard lock(calls_);
    if (functions_.send == nullptr || !is_running_) {
      fill(&error,
           functions_.send == nullptr
               ? protocol::Error{protocol::ErrorCode::unsupported, "the adapter takes no publishes"}
               : protocol::Error{protocol::ErrorCode::unavailable, "the adapter is not running"});
      host_.sent(request.send_id, WEIR_NOT_SENT, &error);
      return;
    }
    std::vector<weir_field> fields;
    const weir_publication publication = to_publication(request.publication, fields);
    const auto thrown =
        guarded("send", [&] { functions_.send(self_, request.send_id, &publication); });
    if (!thrown) return;
    fill(&error, {protocol::ErrorCode::unknown, "the adapter failed"});
    host_.sent(request.send_id, WEIR_SENT_UNKNOWN, &error);
  }

  void replay(const ReplayRequest& request) {
    host_.open_replay(request.replay_id);
    const std::lock_guard lock(calls_);
    weir_error error{};
    fill(&error, {protocol::ErrorCode::unsupported, "the adapter cannot replay"});
    if (functions_.replay != nullptr && is_running_) {
      weir_replay_request to{};
      to.size = sizeof to;
      to.id = request.replay_id;
      to.topic = to_text(request.topic);
      to.epoch = to_text(request.epoch);
      to.from = request.from;
      to.to = request.to;
      if (!guarded("replay", [&] { functions_.replay(self_, &to); })) return;
    }
    host_.replay_end(request.replay_id, &error);
  }

  [[nodiscard]] bool can_send() const { return functions_.send != nullptr; }
  [[nodiscard]] bool can_replay() const { return functions_.replay != nullptr; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const { return host_.counters(); }
  [[nodiscard]] WantedFilters first_wanted(std::size_t filters_max) const {
    return host_.first_wanted(filters_max);
  }

private:
  void open(const AdapterSettings& settings) {
    std::vector<weir_text> topics;
    topics.reserve(settings.topics.size());
    for (const std::string& topic : settings.topics) topics.push_back(to_text(topic));
    weir_settings to{};
    to.size = sizeof to;
    to.name = to_text(settings.name);
    to.config = to_text(settings.config_json);
    to.topics = topics.data();
    to.topic_count = topics.size();
    to.entry_bytes_max = settings.entry_bytes_max;
    to.line_bytes_max = settings.line_bytes_max;
    weir_error error{};
    const auto thrown =
        guarded("open", [&] { self_ = functions_.open(&to, &host_.table(), &error); });
    if (self_ == nullptr)
      throw AdapterError("adapter '" + name_ + "': " + thrown.value_or(reason_of(error)));
  }

  void tell(void (*function)(void*, weir_text), std::string_view what, std::string_view filter) {
    if (is_running_ && function != nullptr)
      guarded(what, [&] { function(self_, to_text(filter)); });
  }

  void tell_resumed() {
    if (is_running_ && functions_.resumed != nullptr)
      guarded("resumed", [this] { functions_.resumed(self_); });
  }

  /// Calls into the adapter. Returns what it threw, although nothing may cross the ABI; it goes on.
  template <class Call>
  std::optional<std::string> guarded(std::string_view what, Call call) {
    const CallBook::Running running(book_, what);
    std::string reason;
    try {
      call();
      return std::nullopt;
    } catch (const std::exception& error) {
      reason = error.what();
    } catch (...) {
      reason = "something that is no std::exception";
    }
    reason = std::string(what) + " threw " + reason;
    host_.count_own("exceptions");
    host_.log(WEIR_ERROR, to_text(reason));
    return reason;
  }

  weir_adapter functions_;
  std::string name_;
  CallBook* book_;
  HostFunctions host_;
  void* self_ = nullptr;
  CallGate receipts_gate_;
  std::mutex calls_;  ///< held while the adapter is called: one call at a time
  bool is_starting_ = false;
  bool is_running_ = false;
  bool is_resume_due_ = false;
};

AdapterInstance::AdapterInstance(const AdapterCode& code,
                                 const AdapterSettings& settings,
                                 HostPort& port,
                                 CallBook* calls)
    : implementation_(std::make_unique<Implementation>(code, settings, port, calls)) {
}

AdapterInstance::~AdapterInstance() = default;

void AdapterInstance::start() {
  implementation_->start();
}

void AdapterInstance::stop() {
  implementation_->stop();
}

void AdapterInstance::wanted(std::string_view filter) {
  implementation_->wanted(filter);
}

void AdapterInstance::unwanted(std::string_view filter) {
  implementation_->unwanted(filter);
}

void AdapterInstance::resumed() {
  implementation_->resumed();
}

void AdapterInstance::receipts(std::span<const Receipt> receipts) {
  implementation_->receipts(receipts);
}

void AdapterInstance::send(const SendRequest& request) {
  implementation_->send(request);
}

void AdapterInstance::replay(const ReplayRequest& request) {
  implementation_->replay(request);
}

bool AdapterInstance::can_send() const {
  return implementation_->can_send();
}

bool AdapterInstance::can_replay() const {
  return implementation_->can_replay();
}

const std::string& AdapterInstance::name() const {
  return implementation_->name();
}

std::map<std::string, std::uint64_t> AdapterInstance::counters() const {
  return implementation_->counters();
}

WantedFilters AdapterInstance::first_wanted(std::size_t filters_max) const {
  return implementation_->first_wanted(filters_max);
}

}  // namespace weir::adapters::abi
