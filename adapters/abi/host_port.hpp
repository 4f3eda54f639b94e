#pragma once

#include "adapters/abi/enums.hpp"
#include "protocol/core/entry.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::adapters::abi {

/// One entry that an adapter hands in. What it must be by itself (topic, JSON, sizes, position) has
/// been checked; whether it may be published there, and fits the topic, has not.
struct PublishItem {
  protocol::Publication publication;
  ReceiptWish wish = ReceiptWish::none;
  std::uint64_t receipt = 0;  ///< the adapter's own number, for AdapterInstance::receipts
};

/// The answer to some entries in order. `refused`: the one at `index` was not taken, because of
/// `error`; those before it were, those behind it were not looked at.
struct PublishAnswer {
  Answer answer = Answer::accepted;
  std::size_t index = 0;
  protocol::Error error;
};

/// What became of a taken entry whose adapter asked for a receipt. ErrorCode::unknown: nobody can
/// tell.
struct Receipt {
  std::uint64_t receipt = 0;
  protocol::Result<protocol::Position> result;
};

struct StatusReport {
  SourceState state = SourceState::connecting;
  std::string reason;  ///< one sentence
};

struct LogReport {
  Level level = Level::info;
  std::string text;
};

/// The adapter listens at this URL, e.g. tcp://127.0.0.1:9100.
struct ListeningReport {
  std::string url;
};

/// What an adapter tells about itself.
using Report = std::variant<StatusReport, LogReport, ListeningReport>;

/// What clients want of an adapter, as far as a list may be long.
struct WantedFilters {
  std::vector<std::string> first;  ///< in the order of their names
  std::size_t total = 0;           ///< how many there are
};

/// The end of AdapterInstance::send.
struct SendOutcome {
  std::uint64_t send_id = 0;
  Outcome outcome = Outcome::unknown;
  protocol::Error error;  ///< unless accepted
};

/// A part of the answer to AdapterInstance::replay: entries in order, each with its
/// source_position, then once the end with no entries.
struct ReplayPart {
  std::uint64_t replay_id = 0;
  std::vector<protocol::Publication> entries;
  bool is_last = false;
  protocol::Result<void> result;  ///< of the whole replay, when `is_last`
};

/// What one adapter may ask of the gateway. Implemented by gateway/app/adapter_bridge and by tests;
/// outlives the AdapterInstance. Called from any thread, several at once; never blocks, never
/// throws on what an adapter can do.
class HostPort {
public:
  /// Takes entries in order; may move from those that it takes. slow_down: taken, and
  /// AdapterInstance::resumed will follow. Errors: forbidden, overloaded, too_big, draining,
  /// too_many_topics, wrong_kind.
  virtual PublishAnswer publish(std::span<PublishItem> items) = 0;
  /// The topic gets a new epoch.
  virtual protocol::Result<void> reset(std::string_view topic) = 0;
  virtual void report(Report report) = 0;
  /// Unknown ids are ignored: they come from a confused plug-in.
  virtual void sent(SendOutcome outcome) = 0;
  virtual PublishAnswer replayed(ReplayPart part) = 0;

protected:
  HostPort() = default;
  ~HostPort() = default;
  HostPort(const HostPort&) = default;
  HostPort& operator=(const HostPort&) = default;
};

}  // namespace weir::adapters::abi
