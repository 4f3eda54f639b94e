/// What an adapter and the gateway call of each other, version 1, which is frozen.
///
/// An adapter turns a source (a broker, a feed, a device) into topics, and takes what clients
/// publish to the topics that it owns. This header is all that a plug-in needs: plain C99, no
/// library. ABI.md beside it tells the rules in full, and what may be added. In short:
///
/// Threads: the gateway makes one call at a time, in the order open, start, {the others}, stop,
/// close. Only `receipts` may come at any time from any thread until `close` begins. An adapter
/// calls the host from any thread, also from inside a call, from `open` until `close` returns; no
/// host function blocks.
///
/// Ownership: whatever a pointer or weir_text refers to belongs to the caller and lives for the
/// call. Who wants to keep it copies it.
///
/// Errors: no exception and no longjmp crosses this interface.
///
/// Versions: a struct that begins with `size` may grow at its end. Its maker sets `size` to the
/// size it was compiled with; its reader takes no member at or beyond `size`. Elements of an array
/// of such structs all have the same `size` and lie that far apart. Structs without `size` never
/// change. Functions that are NULL or beyond `size` are not there.
// NOLINTBEGIN(readability-identifier-naming, modernize-*, cppcoreguidelines-macro-usage): C99
#ifndef WEIR_ADAPTER_H
#define WEIR_ADAPTER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A gateway loads plug-ins of its own version only.
#define WEIR_ABI_VERSION 1u

/// The name of the one symbol that a plug-in exports; its type is weir_adapter_entry_function.
#define WEIR_ADAPTER_ENTRY "weir_adapter_entry"

#define WEIR_EXPORT __attribute__((visibility("default")))

/// A view of `size` bytes, UTF-8 unless said otherwise, not terminated. `data` may be NULL if
/// `size` is 0.
typedef struct weir_text {
  const char* data;
  size_t size;
} weir_text;

/// Gateway and clients know the same errors by name; SPEC.md has what each means.
typedef uint32_t weir_error_code;
enum {
  WEIR_ERROR_NONE = 0,
  WEIR_ERROR_BAD_REQUEST = 1,
  WEIR_ERROR_BAD_TOPIC = 2,
  WEIR_ERROR_BAD_FILTER = 3,
  WEIR_ERROR_WRONG_KIND = 4,
  WEIR_ERROR_TOO_BIG = 5,
  WEIR_ERROR_FORBIDDEN = 6,
  WEIR_ERROR_BAD_TOKEN = 7,
  WEIR_ERROR_TOKEN_EXPIRED = 8,
  WEIR_ERROR_RATE = 9,
  WEIR_ERROR_TOO_MANY_SUBSCRIPTIONS = 10,
  WEIR_ERROR_TOO_MANY_TOPICS = 11,
  WEIR_ERROR_OVERLOADED = 12,
  WEIR_ERROR_UNAVAILABLE = 13,
  WEIR_ERROR_UNKNOWN = 14,
  WEIR_ERROR_DRAINING = 15,
  WEIR_ERROR_UNSUPPORTED = 16,
  WEIR_ERROR_INTERNAL = 17
};

/// Why something failed. Made by the caller, filled in by the called: nobody frees anything.
typedef struct weir_error {
  weir_error_code code;
  char message[252];  ///< one sentence, terminated; empty: the code's own text says all
} weir_error;

/// What the gateway answers to entries that it is handed.
typedef uint32_t weir_answer;
enum {
  WEIR_ACCEPTED = 0,
  /// Taken, but now hand in no more until `resumed` is called. Who goes on anyway is refused
  /// `overloaded` when the reserve is used up.
  WEIR_SLOW_DOWN = 1,
  WEIR_REFUSED = 2
};

typedef uint32_t weir_operation;
enum {
  WEIR_REPLACE = 0,  ///< `payload` is the new whole value, or the event
  WEIR_UPDATE = 1,   ///< `fields` change a record, or the row `key` of a table
  WEIR_REMOVE = 2,   ///< the value, or the row `key` where it is not empty, is gone
  WEIR_GAP = 3       ///< what came here was lost; `cause` says why
};

typedef uint32_t weir_payload_format;
enum {
  WEIR_JSON = 0,  ///< one JSON text; clients get it verbatim
  WEIR_BYTES = 1  ///< anything
};

/// What a topic holds. The gateway's config goes first; else the first entry decides.
typedef uint32_t weir_kind;
enum {
  WEIR_KIND_DEFAULT = 0,  ///< REPLACE: value, UPDATE: record, UPDATE with `key`: table
  WEIR_KIND_VALUE = 1,
  WEIR_KIND_RECORD = 2,
  WEIR_KIND_TABLE = 3,
  WEIR_KIND_STREAM = 4
};

typedef uint32_t weir_cause;
enum {
  WEIR_CAUSE_SOURCE = 0,     ///< the source was away, or lost it
  WEIR_CAUSE_OVERFLOW = 1,   ///< it came faster than it could be taken
  WEIR_CAUSE_TRUNCATED = 2,  ///< the source no longer has it
  WEIR_CAUSE_FILTERED = 3,   ///< it was left out on purpose, or could not be read
  WEIR_CAUSE_UNKNOWN = 4
};

/// Which entries of an adapter get a receipt (weir_adapter.receipts).
typedef uint32_t weir_receipt_wish;
enum {
  WEIR_RECEIPT_NONE = 0,
  WEIR_RECEIPT_ERRORS = 1,  ///< only if it was taken, but failed later
  WEIR_RECEIPT_ALWAYS = 2   ///< also when it has its offset
};

/// One field of a record or row.
typedef struct weir_field {
  weir_text name;
  weir_text json;  ///< a JSON text; `null` removes the field
} weir_field;

/// One entry on its way into the gateway (publish) or out of it (send). Zero is a good value for
/// every member but `size` and `topic`.
typedef struct weir_publication {
  uint32_t size;
  weir_operation operation;
  weir_text topic;
  weir_text key;      ///< tables: the row
  weir_text payload;  ///< for WEIR_REPLACE
  weir_payload_format format;
  weir_kind kind;
  const weir_field* fields;  ///< for WEIR_UPDATE
  size_t field_count;
  weir_text mid;     ///< the publisher's own message id, at most 64 bytes: a repetition is dropped
  weir_text epoch;   ///< the source's own epoch (1..16 of a-z 0-9) and offset, both or neither
  uint64_t offset;   ///< 1..2^53-1, rising within an epoch; 0: the gateway counts
  weir_cause cause;  ///< for WEIR_GAP
  weir_receipt_wish receipt_wish;
  uint64_t receipt;  ///< comes back in the receipt
} weir_publication;

/// Which entry of an array was refused, and why. Those before it were taken; those behind it were
/// not looked at: the caller may go on with them.
typedef struct weir_refusal {
  size_t index;
  weir_error error;
} weir_refusal;

/// What became of a taken entry.
typedef struct weir_receipt {
  uint32_t size;
  uint32_t reserved;
  uint64_t receipt;  ///< as in the publication
  weir_text epoch;   ///< where it stands in its topic, on success
  uint64_t offset;
  const weir_error* error;  ///< NULL: it has its offset. WEIR_ERROR_UNKNOWN: nobody can tell
} weir_receipt;

typedef uint32_t weir_state;
enum { WEIR_CONNECTING = 0, WEIR_UP = 1, WEIR_DOWN = 2, WEIR_RECONNECTING = 3 };

typedef uint32_t weir_level;
enum { WEIR_DEBUG = 0, WEIR_INFO = 1, WEIR_WARNING = 2, WEIR_ERROR = 3 };

/// What became of what a client published upstream.
typedef uint32_t weir_outcome;
enum {
  WEIR_SENT = 0,         ///< the source has it
  WEIR_NOT_SENT = 1,     ///< the source does not have it, `error` says why
  WEIR_SENT_UNKNOWN = 2  ///< it may or may not have it
};

/// Takes one text of several.
typedef void (*weir_text_sink)(void* sink_context, weir_text text);

/// What the gateway offers. `context` is the first argument of every function. Lives until `close`
/// returns. Any thread, no function blocks; `error` and `refusal` may be NULL.
typedef struct weir_host {
  uint32_t size;
  uint32_t abi_version;
  void* context;

  /// Hands in `count` entries, at most 65,536, in order. Calls of one thread keep their order, too.
  /// Refused before `start` and after `stop`.
  weir_answer (*publish)(void* context,
                         const weir_publication* items,
                         size_t count,
                         weir_refusal* refusal);
  /// Says that entries of this topic were lost here: as publishing one WEIR_GAP.
  weir_answer (*gap)(void* context, weir_text topic, weir_cause cause, weir_error* error);
  /// Says that continuity with this topic's old offsets cannot be proven: it gets a new epoch.
  weir_answer (*reset)(void* context, weir_text topic, weir_error* error);

  /// How the source is; `reason` is one sentence. Repetitions cost little.
  void (*status)(void* context, weir_state state, weir_text reason);
  /// One line for the gateway's log; no payloads, no secrets, nothing per entry above debug.
  void (*log)(void* context, weir_level level, weir_text text);
  /// Adds `n` to the counter `event` of this adapter. At most 32 names of [a-z0-9_]{1,32}, each
  /// written in the code: `bad_lines`, `reconnects`. The gateway shows them in /metrics.
  void (*count)(void* context, weir_text event, uint64_t n);
  /// A URL that the adapter now listens at, such as tcp://127.0.0.1:9100; `serve` prints it. At
  /// most 64.
  void (*listening)(void* context, weir_text url);

  /// Calls `sink` for each filter wanted now, before it returns.
  void (*each_wanted)(void* context, weir_text_sink sink, void* sink_context);
  /// Ends the `send` with this id. `error` may be NULL if the outcome is WEIR_SENT.
  void (*sent)(void* context, uint64_t send_id, weir_outcome outcome, const weir_error* error);
  /// Hands in entries for the `replay` with this id, in order, with epoch and offset. Slow down:
  /// taken, go on after `resumed`. Refused `overloaded`: hand it in again after `resumed`. Refused
  /// for another reason: nobody wants the rest; end it.
  weir_answer (*replay_entries)(void* context,
                                uint64_t replay_id,
                                const weir_publication* items,
                                size_t count,
                                weir_refusal* refusal);
  /// Ends the `replay` with this id: all there is was handed in (NULL), or the rest cannot be had.
  void (*replay_end)(void* context, uint64_t replay_id, const weir_error* error);
} weir_host;

/// What an adapter is opened with.
typedef struct weir_settings {
  uint32_t size;
  uint32_t reserved;
  weir_text name;           ///< of this adapter in the gateway's config
  weir_text config;         ///< its own configuration: one JSON object
  const weir_text* topics;  ///< filters that it owns; none: it may publish wherever no other owns
  size_t topic_count;
  uint64_t entry_bytes_max;  ///< larger payloads are refused
  uint64_t line_bytes_max;   ///< the gateway's limit for one line of a text protocol
} weir_settings;

/// One request to replay a topic: the entries with from < offset <= to, of this epoch. What the
/// source no longer has of them is handed in as a WEIR_GAP at the last offset that is missing.
typedef struct weir_replay_request {
  uint32_t size;
  uint32_t reserved;
  uint64_t id;
  weir_text topic;
  weir_text epoch;
  uint64_t from;
  uint64_t to;
} weir_replay_request;

/// What an adapter is. One table per plug-in, constant for the life of the process; `self` is what
/// `open` returned, one per [[adapter]] of that plug-in in the config.
typedef struct weir_adapter {
  uint32_t size;
  uint32_t abi_version;  ///< WEIR_ABI_VERSION
  weir_text name;        ///< of the plug-in, for people
  weir_text version;     ///< of the plug-in, for people

  /// Checks the configuration and makes an instance, with no effect that others could see: `weir
  /// check` calls it, too. Returns NULL and fills `error` in if it cannot.
  void* (*open)(const weir_settings* settings, const weir_host* host, weir_error* error);
  /// Begins to work: opens sockets, starts threads. Must not wait for the source. Returns 0, or -1
  /// and fills `error` in; then `close` follows, without `stop`.
  int (*start)(void* self, weir_error* error);
  /// Ends all work and waits for its own threads. Nothing but `receipts` and `close` follows.
  void (*stop)(void* self);
  /// Frees the instance. The last call; entries that have no receipt by now get none.
  void (*close)(void* self);

  // From here on all are optional, called after `start` and before `stop`, and must return at once.

  /// A client wants topics that match this filter, which had no subscriber before.
  void (*wanted)(void* self, weir_text filter);
  /// Nobody wants them any more, for some seconds already.
  void (*unwanted)(void* self, weir_text filter);
  /// The end of WEIR_SLOW_DOWN. May come before `publish` has returned that, and without cause.
  void (*resumed)(void* self);
  /// Receipts that were asked for: once per entry, any thread, also before `publish` has returned
  /// and after `stop`.
  void (*receipts)(void* self, const weir_receipt* items, size_t count);
  /// A client published this to a topic that the adapter owns; `host.sent` with `send_id` must
  /// follow, now or later, once. NULL: clients are told `unsupported`.
  void (*send)(void* self, uint64_t send_id, const weir_publication* publication);
  /// Somebody needs entries older than the gateway keeps; `host.replay_end` must follow. NULL: they
  /// get a gap.
  void (*replay)(void* self, const weir_replay_request* request);
} weir_adapter;

/// The type of the entry function. NULL: this plug-in cannot work with a gateway of that version.
typedef const weir_adapter* (*weir_adapter_entry_function)(uint32_t host_abi_version);

/// What a plug-in defines.
WEIR_EXPORT const weir_adapter* weir_adapter_entry(uint32_t host_abi_version);

#ifdef __cplusplus
}
#endif

#endif
// NOLINTEND(readability-identifier-naming, modernize-*, cppcoreguidelines-macro-usage)
