#pragma once

#include <cstdint>
#include <weir/weir_adapter.h>

// The closed sets of weir_adapter.h under C++ names, for both sides of the ABI. Installed with it.
namespace weir::adapters::abi {

/// What the gateway answers to entries that it is handed.
enum class Answer : std::uint32_t {
  accepted = WEIR_ACCEPTED,
  slow_down = WEIR_SLOW_DOWN,  ///< taken, but hand in no more until `resumed`
  refused = WEIR_REFUSED,
};

/// How an adapter's source is.
enum class SourceState : std::uint32_t {
  connecting = WEIR_CONNECTING,
  up = WEIR_UP,
  down = WEIR_DOWN,
  reconnecting = WEIR_RECONNECTING,
};

enum class Level : std::uint32_t {
  debug = WEIR_DEBUG,
  info = WEIR_INFO,
  warning = WEIR_WARNING,
  error = WEIR_ERROR,
};

/// What became of what a client published upstream.
enum class Outcome : std::uint32_t {
  accepted = WEIR_SENT,
  refused = WEIR_NOT_SENT,
  unknown = WEIR_SENT_UNKNOWN,  ///< the source may or may not have it
};

/// Which entries get a receipt.
enum class ReceiptWish : std::uint32_t {
  none = WEIR_RECEIPT_NONE,
  errors = WEIR_RECEIPT_ERRORS,  ///< only if it was taken, but failed later
  always = WEIR_RECEIPT_ALWAYS,
};

}  // namespace weir::adapters::abi
