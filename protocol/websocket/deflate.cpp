#include "protocol/websocket/deflate.hpp"

#include "protocol/websocket/bounded_append.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <new>
#include <zlib.h>

namespace weir::protocol::websocket {
namespace {

/// What a sync flush ends with; the sender leaves it out and the receiver puts it back.
constexpr std::array<std::uint8_t, 4> sync_tail{0x00, 0x00, 0xFF, 0xFF};
/// A compressed empty message: an empty stored block less its tail. Source: RFC 7692, 7.2.3.6.
constexpr char empty_message = '\0';
/// z_stream::data_type after inflate(): the last thing read was the end of a block.
constexpr int at_block_end = 128;
constexpr int bits_left_over = 7;

constexpr std::size_t chunk_bytes = 16 * 1024;

/// zlib's deflate has no 256-byte window; of 512 bytes it uses at most the nearest 250 (it keeps
/// MIN_LOOKAHEAD = 262 back), which suits a receiver with 256 too. A test holds it to that.
constexpr int zlib_window_bits_min = 9;

void check(int status) {
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  assert(status == Z_OK);
}

// zlib's pointers are to non-const bytes, which it does not write to.
Bytef* input(ByteView bytes) {
  return const_cast<Bytef*>(bytes.data());
}

}  // namespace

void Inflater::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

void Inflater::activate() {
  if (stream_) return;
  auto stream = std::make_unique<z_stream>();
  check(inflateInit2(stream.get(), -MAX_WBITS));  // negative: raw, no header or checksum
  stream_.reset(stream.release());
}

Result<void, Fault> Inflater::feed(ByteView in, std::string& out, std::size_t out_bytes_max) {
  if (in.empty()) return {};
  activate();
  is_empty_ = false;
  stream_->next_in = input(in);
  stream_->avail_in = static_cast<uInt>(in.size());
  std::array<Bytef, chunk_bytes> chunk;
  do {
    if (is_at_stream_end_) {
      // A block may say that it is the last, and more may follow (RFC 7692, 7.2.3.4). Unlike
      // inflateReset this keeps the window, and a peer cannot make it cost more than it sends.
      check(inflateResetKeep(stream_.get()));
      is_at_stream_end_ = false;
    }
    const auto room = out_bytes_max - out.size();
    stream_->next_out = chunk.data();
    stream_->avail_out = static_cast<uInt>(std::min(chunk.size(), room + 1));
    const int status = inflate(stream_.get(), Z_SYNC_FLUSH);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();

    const auto inflated = static_cast<std::size_t>(stream_->next_out - chunk.data());
    bounded_append(out, as_text(ByteView(chunk).first(std::min(inflated, room))), out_bytes_max);
    if (inflated > room) return fail(Fault::message_too_big);
    if (status == Z_DATA_ERROR || status == Z_NEED_DICT) return fail(Fault::bad_deflate);
    is_at_stream_end_ = status == Z_STREAM_END;
  } while (stream_->avail_in > 0 || (stream_->avail_out == 0 && !is_at_stream_end_));
  return {};
}

Result<void, Fault> Inflater::finish(std::string& out, std::size_t out_bytes_max) {
  // Nothing at all is taken for an empty message, and so is the lack of the tail behind a last
  // block: both are harmless habits of senders.
  if (!is_empty_ && !is_at_stream_end_) {
    if (auto fed = feed(sync_tail, out, out_bytes_max); !fed) return fed;
    const int position = stream_->data_type;
    if ((position & at_block_end) == 0 || (position & bits_left_over) != 0) {
      return fail(Fault::bad_deflate);
    }
  }
  is_empty_ = true;
  if (takeover_ == ContextTakeover::no) {
    stream_.reset();
    is_at_stream_end_ = false;
  }
  return {};
}

Deflater::Deflater(DeflateSettings settings) : settings_(settings) {
  assert(settings.window_bits >= 8 && settings.window_bits <= MAX_WBITS);
}

void Deflater::End::operator()(z_stream_s* stream) const {
  deflateEnd(stream);
  delete stream;
}

void Deflater::activate() {
  if (stream_) return;
  auto stream = std::make_unique<z_stream>();
  check(deflateInit2(stream.get(),
                     settings_.level,
                     Z_DEFLATED,
                     -std::max<int>(settings_.window_bits, zlib_window_bits_min),
                     settings_.memory_level,
                     Z_DEFAULT_STRATEGY));
  stream_.reset(stream.release());
}

void Deflater::compress(std::string_view message, std::string& out) {
  if (message.empty()) {
    out.push_back(empty_message);
    return;
  }
  activate();
  if (settings_.takeover == ContextTakeover::no) check(deflateReset(stream_.get()));
  const auto in = as_bytes(message);
  stream_->next_in = input(in);
  stream_->avail_in = static_cast<uInt>(in.size());
  std::array<Bytef, chunk_bytes> chunk;
  do {
    stream_->next_out = chunk.data();
    stream_->avail_out = static_cast<uInt>(chunk.size());
    [[maybe_unused]] const int status = deflate(stream_.get(), Z_SYNC_FLUSH);
    assert(status == Z_OK || status == Z_BUF_ERROR);
    out.append(as_text(ByteView(chunk).first(chunk.size() - stream_->avail_out)));
  } while (stream_->avail_out == 0);
  assert(std::string_view(out).ends_with(as_text(sync_tail)));
  out.resize(out.size() - sync_tail.size());
}

void Deflater::release() {
  assert(settings_.takeover == ContextTakeover::no);
  stream_.reset();
}

}  // namespace weir::protocol::websocket
