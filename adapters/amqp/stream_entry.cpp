#include "adapters/amqp/stream_entry.hpp"

#include "adapters/abi/text.hpp"
#include "protocol/core/topic.hpp"

#include <charconv>

namespace weir::adapters::amqp {
namespace {

constexpr std::string_view offset_header = "x-stream-offset";

/// FNV-1a, over texts that cannot run into each other.
class Hash {
public:
  void add(std::string_view text) {
    add_number(text.size());
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

private:
  void add_number(std::uint64_t number) {
    for (int i = 0; i < 8; ++i, number >>= 8U) add_byte(number & 0xFFU);
  }
  void add_byte(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001B3U; }

  std::uint64_t value_ = 0xCBF29CE484222325U;
};

void place(weir_publication& entry, std::string_view epoch, std::uint64_t offset) {
  if (epoch.empty()) return;
  entry.epoch = abi::to_text(epoch);
  entry.offset = offset;
}

weir_publication gap_at(std::string_view topic,
                        std::string_view epoch,
                        std::uint64_t offset,
                        weir_cause cause) {
  weir_publication gap{};
  gap.size = sizeof gap;
  gap.operation = WEIR_GAP;
  gap.topic = abi::to_text(topic);
  gap.cause = cause;
  place(gap, epoch, offset);
  return gap;
}

}  // namespace

std::optional<StreamOffset> offset_of(const common::Message& message) {
  for (const auto& [name, value] : message.headers) {
    if (name != offset_header) continue;
    StreamOffset offset = 0;
    const char* const begin = value.data();
    const char* const end = begin + value.size();
    const auto [at, fault] = std::from_chars(begin, end, offset);
    if (fault == std::errc() && at == end) return offset;
  }
  return std::nullopt;
}

std::uint64_t fingerprint_of(const common::Message& message) {
  Hash hash;
  hash.add(message.origin);
  hash.add(message.subject);
  hash.add(message.message_id);
  for (const auto& [name, value] : message.headers) {
    if (name == offset_header) continue;
    hash.add(name);
    hash.add(value);
  }
  hash.add(message.body);
  return hash.value();
}

protocol::Result<void> StreamMapping::map(const common::Message& message,
                                          std::string_view epoch,
                                          StreamOffset offset,
                                          common::MappedEntry& out) const {
  out.topic.clear();
  auto mapped = mapping_.map(message, out);
  if (mapped) {
    // Its place says which it is. By an id alone two messages of a stream would be one.
    out.publication.mid = {};
    place(out.publication, epoch, to_entry_offset(offset));
    return {};
  }
  if (!protocol::check_topic(out.topic)) out.topic.clear();
  out.publication = gap_at(out.topic, epoch, to_entry_offset(offset), WEIR_CAUSE_FILTERED);
  return mapped;
}

weir_publication truncated_until(std::string_view topic,
                                 std::string_view epoch,
                                 std::uint64_t entry_offset) {
  return gap_at(topic, epoch, entry_offset, WEIR_CAUSE_TRUNCATED);
}

}  // namespace weir::adapters::amqp
