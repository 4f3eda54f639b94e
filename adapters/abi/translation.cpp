#include "adapters/abi/translation.hpp"

#include "protocol/core/limits.hpp"
#include "protocol/core/topic.hpp"
#include "protocol/core/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
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

static_assert(static_cast<weir_error_code>(ErrorCode::bad_request) + 1 == WEIR_ERROR_BAD_REQUEST);
static_assert(static_cast<weir_error_code>(ErrorCode::internal) + 1 == WEIR_ERROR_INTERNAL);

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
      return fail(ErrorCode::bad_request, "operation is none of weir_operation");
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
      return fail(ErrorCode::bad_request, "kind is none of weir_kind");
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

/// Payload and fields against the limits and, for plug-ins, the grammar.
Result<void> check_content(const weir_publication& from, const PublicationLimits& limits) {
  const auto too_big = [&limits] {
    return fail(ErrorCode::too_big,
                "the entry is above entry_bytes = " + std::to_string(limits.entry_bytes_max));
  };
  if (from.operation == WEIR_REPLACE) {
    if (from.payload.size > limits.entry_bytes_max) return too_big();
    if (from.format == WEIR_BYTES) return {};
    if (from.format != WEIR_JSON)
      return fail(ErrorCode::bad_request, "format is none of weir_payload_format");
    return check_json(to_view(from.payload), "payload", limits.trust);
  }
  if (from.operation != WEIR_UPDATE) return {};
  if (from.field_count > record_fields_max)
    return fail(ErrorCode::too_big,
                "more than " + std::to_string(record_fields_max) + " fields in one entry");
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < from.field_count; ++i) {
    const weir_field& field = from.fields[i];
    bytes += field.name.size + field.json.size;
    if (bytes > limits.entry_bytes_max) return too_big();
    if (field.name.size == 0 || !protocol::is_utf8(to_view(field.name)))
      return fail(ErrorCode::bad_request, "a field has no name, or one that is not UTF-8");
    const auto valid = check_json(to_view(field.json), "a field", limits.trust);
    if (!valid) return fail(valid.error());
  }
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

const weir_publication& element(const weir_publication* items, std::size_t index) {
  const void* first = items;
  const void* at = static_cast<const char*>(first) + index * items->size;
  return *static_cast<const weir_publication*>(at);
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

Result<PublishItem> to_item(const weir_publication& publication, const PublicationLimits& limits) {
  if (publication.size < sizeof publication)
    return fail(ErrorCode::bad_request, "weir_publication.size is not set");
  const auto operation = to_operation(publication.operation);
  if (!operation) return fail(operation.error());
  const auto kind = to_kind(publication.kind);
  if (!kind) return fail(kind.error());
  if (const auto names = check_names(publication); !names) return fail(names.error());
  if (const auto content = check_content(publication, limits); !content)
    return fail(content.error());
  auto position = to_position(publication);
  if (!position) return fail(position.error());

  PublishItem item;
  item.wish = publication.receipt_wish > WEIR_RECEIPT_ALWAYS
                  ? ReceiptWish::none
                  : static_cast<ReceiptWish>(publication.receipt_wish);
  item.receipt = publication.receipt;
  protocol::Publication& to = item.publication;
  to.topic = to_view(publication.topic);
  to.operation = *operation;
  to.key = to_view(publication.key);
  to.mid = to_view(publication.mid);
  to.cause = to_cause(publication.cause);
  to.kind = *kind;
  to.source_position = std::move(*position);
  copy_content(publication, to);
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
