#include "adapters/abi/translation.hpp"

#include "adapters/abi/text.hpp"
#include "protocol/core/limits.hpp"
#include "protocol/core/topic.hpp"
#include "protocol/core/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace weir::adapters::abi {

namespace {

using protocol::Error;
using protocol::ErrorCode;
using protocol::fail;
using protocol::Result;

constexpr std::size_t record_fields_max = 256;
constexpr std::size_t key_bytes_max = 255;
constexpr std::size_t epoch_bytes_max = 16;

// What a `size` may be. The members before these have been there from the first day.
constexpr std::size_t publication_bytes_min = offsetof(weir_publication, mid);
constexpr std::size_t struct_bytes_max = 4096;

static_assert(static_cast<weir_error_code>(ErrorCode::bad_request) + 1 == WEIR_ERROR_BAD_REQUEST);
static_assert(static_cast<weir_error_code>(ErrorCode::internal) + 1 == WEIR_ERROR_INTERNAL);

/// A number that stands for nothing in this version.
protocol::Unexpected<Error> unknown_number(std::string_view member, std::uint32_t number) {
  return fail(ErrorCode::bad_request,
              std::string(member) + " is " + std::to_string(number) +
                  ", which stands for nothing in version " + std::to_string(WEIR_ABI_VERSION));
}

Result<protocol::Operation> to_operation(weir_operation operation) {
  switch (operation) {
    case WEIR_REPLACE:
      return protocol::Operation::replace;
    case WEIR_UPDATE:
      return protocol::Operation::update;
    case WEIR_REMOVE:
      return protocol::Operation::remove;
    case WEIR_GAP:
      return protocol::Operation::gap;
    default:
      return unknown_number("operation", operation);
  }
}

Result<std::optional<protocol::Kind>> to_kind(weir_kind kind) {
  switch (kind) {
    case WEIR_KIND_DEFAULT:
      return std::optional<protocol::Kind>();
    case WEIR_KIND_VALUE:
      return std::optional(protocol::Kind::value);
    case WEIR_KIND_RECORD:
      return std::optional(protocol::Kind::record);
    case WEIR_KIND_TABLE:
      return std::optional(protocol::Kind::table);
    case WEIR_KIND_STREAM:
      return std::optional(protocol::Kind::stream);
    default:
      return unknown_number("kind", kind);
  }
}

protocol::GapCause to_cause(weir_cause cause) {
  switch (cause) {
    case WEIR_CAUSE_SOURCE:
      return protocol::GapCause::source;
    case WEIR_CAUSE_OVERFLOW:
      return protocol::GapCause::overflow;
    case WEIR_CAUSE_TRUNCATED:
      return protocol::GapCause::truncated;
    case WEIR_CAUSE_FILTERED:
      return protocol::GapCause::filtered;
    default:
      return protocol::GapCause::unknown;
  }
}

Result<void> check_json(std::string_view json, std::string_view what, Trust trust) {
  if (trust == Trust::built_in || nlohmann::json::accept(json)) return {};
  return fail(ErrorCode::bad_request, std::string(what) + " is not one valid JSON text");
}

protocol::Unexpected<Error> too_big(const PublicationLimits& limits) {
  return fail(ErrorCode::too_big,
              "the entry is above entry_bytes = " + std::to_string(limits.entry_bytes_max));
}

Result<void> check_field(const weir_field& field, Trust trust) {
  if (field.name.size == 0 || !protocol::is_utf8(to_view(field.name)))
    return fail(ErrorCode::bad_request, "a field has no name, or one that is not UTF-8");
  return check_json(to_view(field.json), "a field", trust);
}

/// Fields against the limits and, for plug-ins, the grammar. Nothing is read before its size is
/// known to be good.
Result<void> check_fields(const weir_publication& from, const PublicationLimits& limits) {
  if (from.field_count > record_fields_max)
    return fail(ErrorCode::too_big,
                "more than " + std::to_string(record_fields_max) + " fields in one entry");
  std::size_t left = limits.entry_bytes_max;
  for (std::size_t i = 0; i < from.field_count; ++i) {
    const weir_field& field = from.fields[i];
    if (auto name = check_text("fields.name", field.name); !name) return name;
    if (auto json = check_text("fields.json", field.json); !json) return json;
    if (field.name.size > left || field.json.size > left - field.name.size) return too_big(limits);
    left -= field.name.size + field.json.size;
    if (auto good = check_field(field, limits.trust); !good) return good;
  }
  return {};
}

/// The payload in the same way.
Result<void> check_payload(const weir_publication& from, const PublicationLimits& limits) {
  if (from.payload.size > limits.entry_bytes_max) return too_big(limits);
  if (from.format == WEIR_BYTES) return {};
  if (from.format != WEIR_JSON) return unknown_number("format", from.format);
  return check_json(to_view(from.payload), "payload", limits.trust);
}

Result<void> check_content(const weir_publication& from, const PublicationLimits& limits) {
  if (from.operation == WEIR_REPLACE) return check_payload(from, limits);
  if (from.operation == WEIR_UPDATE) return check_fields(from, limits);
  return {};
}

Result<void> check_pointers(const weir_publication& from) {
  for (const auto& [member, text] : {std::pair("topic", from.topic),
                                     std::pair("key", from.key),
                                     std::pair("payload", from.payload),
                                     std::pair("mid", from.mid),
                                     std::pair("epoch", from.epoch)}) {
    if (auto good = check_text(member, text); !good) return good;
  }
  if (from.fields == nullptr && from.field_count != 0)
    return fail(ErrorCode::bad_request,
                "fields is NULL with a field_count of " + std::to_string(from.field_count));
  return {};
}

Result<void> check_names(const weir_publication& from) {
  const auto topic = protocol::check_topic(to_view(from.topic));
  if (!topic) return fail(topic.error());
  if (from.key.size > key_bytes_max || !protocol::is_utf8(to_view(from.key)))
    return fail(ErrorCode::bad_request,
                "key must be UTF-8 of at most " + std::to_string(key_bytes_max) + " bytes");
  if (from.mid.size > protocol::mid_bytes_max || !protocol::is_utf8(to_view(from.mid)))
    return fail(
        ErrorCode::bad_request,
        "mid must be UTF-8 of at most " + std::to_string(protocol::mid_bytes_max) + " bytes");
  return {};
}

Result<std::optional<protocol::Position>> to_position(const weir_publication& from) {
  if (from.epoch.size == 0 && from.offset == 0) return std::optional<protocol::Position>();
  const std::string_view epoch = to_view(from.epoch);
  const bool is_epoch =
      !epoch.empty() && epoch.size() <= epoch_bytes_max && std::ranges::all_of(epoch, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      });
  if (!is_epoch || from.offset == 0 || from.offset > protocol::offset_max)
    return fail(ErrorCode::bad_request,
                "epoch must be 1 to 16 of a-z 0-9 and offset 1 to 2^53-1, or both absent");
  return std::optional(protocol::Position{std::string(epoch), from.offset});
}

void copy_content(const weir_publication& from, protocol::Publication& to) {
  if (to.operation == protocol::Operation::replace) {
    to.payload.format =
        from.format == WEIR_BYTES ? protocol::PayloadFormat::bytes : protocol::PayloadFormat::json;
    to.payload.bytes = to_view(from.payload);
  }
  if (to.operation != protocol::Operation::update) return;
  to.fields.reserve(from.field_count);
  for (std::size_t i = 0; i < from.field_count; ++i)
    to.fields.push_back({.name = std::string(to_view(from.fields[i].name)),
                         .json = std::string(to_view(from.fields[i].json))});
}

weir_operation to_c(protocol::Operation operation) {
  switch (operation) {
    case protocol::Operation::replace:
      return WEIR_REPLACE;
    case protocol::Operation::update:
      return WEIR_UPDATE;
    case protocol::Operation::remove:
      return WEIR_REMOVE;
    case protocol::Operation::gap:
      return WEIR_GAP;
  }
  return WEIR_REPLACE;
}

}  // namespace

Result<void> check_text(std::string_view member, weir_text text) {
  if (text.data != nullptr || text.size == 0) return {};
  return fail(ErrorCode::bad_request,
              std::string(member) + " is NULL with a size of " + std::to_string(text.size));
}

Result<void> check_array(const weir_publication* items, std::size_t count) {
  if (count == 0) return {};
  if (items == nullptr)
    return fail(ErrorCode::bad_request, "items is NULL with a count of " + std::to_string(count));
  if (count > call_entries_max)
    return fail(ErrorCode::too_big,
                "count is " + std::to_string(count) + ", expected at most " +
                    std::to_string(call_entries_max));
  const std::size_t size = items->size;
  if (size < publication_bytes_min || size > struct_bytes_max ||
      size % alignof(weir_publication) != 0)
    return fail(ErrorCode::bad_request,
                "weir_publication.size is " + std::to_string(size) + ", expected " +
                    std::to_string(sizeof(weir_publication)) + " = sizeof(weir_publication)");
  return {};
}

weir_error_code to_code(protocol::ErrorCode code) {
  return static_cast<weir_error_code>(code) + 1;
}

void fill(weir_error* out, const Error& error) {
  fill_error(out, to_code(error.code), error.message());
}

Error to_error(const weir_error* error) {
  if (error == nullptr || error->code == WEIR_ERROR_NONE || error->code > WEIR_ERROR_INTERNAL)
    return {ErrorCode::internal, "the adapter gave no reason"};
  const auto end = std::ranges::find(error->message, '\0');
  std::string message(std::begin(error->message), end);
  if (!protocol::is_utf8(message)) message.clear();
  return {static_cast<ErrorCode>(error->code - 1), std::move(message)};
}

Result<PublishItem> to_item(const weir_publication* items,
                            std::size_t index,
                            const PublicationLimits& limits) {
  const weir_publication* at = sized_at(items, index);
  if (at->size != items->size)
    return fail(ErrorCode::bad_request,
                "weir_publication.size is " + std::to_string(at->size) +
                    ", but that of the first of the array is " + std::to_string(items->size));
  const weir_publication from = sized_copy(at);
  const auto operation = to_operation(from.operation);
  if (!operation) return fail(operation.error());
  const auto kind = to_kind(from.kind);
  if (!kind) return fail(kind.error());
  if (from.receipt_wish > WEIR_RECEIPT_ALWAYS)
    return unknown_number("receipt_wish", from.receipt_wish);
  if (const auto pointers = check_pointers(from); !pointers) return fail(pointers.error());
  if (const auto names = check_names(from); !names) return fail(names.error());
  if (const auto content = check_content(from, limits); !content) return fail(content.error());
  auto position = to_position(from);
  if (!position) return fail(position.error());

  PublishItem item;
  item.wish = static_cast<ReceiptWish>(from.receipt_wish);
  item.receipt = from.receipt;
  protocol::Publication& to = item.publication;
  to.topic = to_view(from.topic);
  to.operation = *operation;
  to.key = to_view(from.key);
  to.mid = to_view(from.mid);
  to.cause = to_cause(from.cause);
  to.kind = *kind;
  to.source_position = std::move(*position);
  copy_content(from, to);
  return item;
}

weir_publication to_publication(const protocol::Publication& publication,
                                std::vector<weir_field>& fields) {
  fields.clear();
  for (const protocol::Field& field : publication.fields)
    fields.push_back({.name = to_text(field.name), .json = to_text(field.json)});
  weir_publication to{};
  to.size = sizeof to;
  to.operation = to_c(publication.operation);
  to.topic = to_text(publication.topic);
  to.key = to_text(publication.key);
  to.payload = to_text(publication.payload.bytes);
  to.format = publication.payload.format == protocol::PayloadFormat::bytes ? WEIR_BYTES : WEIR_JSON;
  to.fields = fields.data();
  to.field_count = fields.size();
  to.mid = to_text(publication.mid);
  if (publication.source_position) {
    to.epoch = to_text(publication.source_position->epoch);
    to.offset = publication.source_position->offset;
  }
  return to;
}

}  // namespace weir::adapters::abi
