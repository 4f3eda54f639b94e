#include "adapters/tcp/feed_output.hpp"

#include "adapters/abi/text.hpp"
#include "adapters/common/feed_text.hpp"
#include "protocol/core/cbor_writer.hpp"

namespace weir::adapters::tcp {
namespace {

using protocol::CborWriter;

constexpr std::size_t length_bytes = 4;

/// Writes one frame: `write` its content, then its length in front of it.
template <class Write>
void append_frame(std::string& out, Write write) {
  const auto at = out.size();
  out.append(length_bytes, '\0');
  CborWriter writer(out);
  write(writer);
  auto length = out.size() - at - length_bytes;
  for (auto i = length_bytes; i > 0; --i, length >>= 8U) {
    out[at + i - 1] = static_cast<char>(static_cast<unsigned char>(length & 0xffU));
  }
}

void write_content(CborWriter& out, const weir_publication& entry) {
  if (entry.operation == WEIR_UPDATE) {
    out.text("fields");
    out.begin_map();
    for (std::size_t i = 0; i < entry.field_count; ++i) {
      out.text(abi::to_view(entry.fields[i].name));
      out.json(abi::to_view(entry.fields[i].json));
    }
    out.end();
  } else if (entry.operation == WEIR_REMOVE) {
    out.text("delete");
    out.boolean(true);
  } else {
    out.text("data");
    const auto payload = abi::to_view(entry.payload);
    entry.format == WEIR_BYTES ? out.bytes(payload) : out.json(payload);
  }
}

}  // namespace

void FeedOutput::add_frame(const std::string& line) {
  append_frame(bytes_, [&](CborWriter& out) { out.json(line); });
}

void FeedOutput::say_entry(const weir_publication& entry, std::uint64_t id) {
  if (format_ == FeedFormat::json) return common::append_entry(bytes_, entry, id);
  append_frame(bytes_, [&](CborWriter& out) {
    out.begin_map();
    out.text("id");
    out.integer(id);
    out.text("topic");
    out.text(abi::to_view(entry.topic));
    if (entry.key.size != 0) {
      out.text("key");
      out.text(abi::to_view(entry.key));
    }
    if (entry.mid.size != 0) {
      out.text("mid");
      out.text(abi::to_view(entry.mid));
    }
    write_content(out, entry);
    out.end();
  });
}

}  // namespace weir::adapters::tcp
