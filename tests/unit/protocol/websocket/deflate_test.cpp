#include "protocol/websocket/deflate.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <zlib.h>

namespace weir::protocol::websocket {
namespace {

using namespace std::string_literals;

constexpr std::size_t no_limit = std::size_t{1} << 30U;

struct Inflated {
  std::string text;
  std::optional<Fault> fault;
};

/// One message, fed in pieces.
Inflated inflate_message(Inflater& inflater,
                         std::string_view payload,
                         std::size_t piece_bytes = no_limit,
                         std::size_t limit = no_limit) {
  Inflated result;
  while (!payload.empty()) {
    const auto piece = payload.substr(0, piece_bytes);
    payload.remove_prefix(piece.size());
    const auto fed = inflater.feed(as_bytes(piece), result.text, limit);
    CHECK(result.text.size() <= limit);
    if (!fed) {
      result.fault = fed.error();
      return result;
    }
  }
  if (const auto end = inflater.finish(result.text, limit); !end) result.fault = end.error();
  CHECK(result.text.size() <= limit);
  return result;
}

Inflated inflate_once(std::string_view payload,
                      std::size_t piece_bytes = no_limit,
                      std::size_t limit = no_limit) {
  Inflater inflater(ContextTakeover::no);
  return inflate_message(inflater, payload, piece_bytes, limit);
}

std::string compress(Deflater& deflater, std::string_view message) {
  std::string out;
  deflater.compress(message, out);
  return out;
}

std::string compress_once(std::string_view message, DeflateSettings settings = {}) {
  Deflater deflater(settings);
  return compress(deflater, message);
}

struct Vector {
  std::string_view name;
  std::string payload;
  std::string text;
};

const Vector vectors[] = {
    {"RFC 7692, 7.2.3.1: one block", "\xf2\x48\xcd\xc9\xc9\x07\x00"s, "Hello"},
    {"RFC 7692, 7.2.3.3: a block without compression",
     "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s,
     "Hello"},
    {"RFC 7692, 7.2.3.4: a block that says it is the last",
     "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s,
     "Hello"},
    {"RFC 7692, 7.2.3.5: two blocks",
     "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s,
     "Hello"},
    {"RFC 7692, 7.2.3.6: an empty message", "\x00"s, ""},
    {"no bytes at all for an empty message", "", ""},
    {"a last block without the byte behind it", "\xf3\x48\xcd\xc9\xc9\x07\x00"s, "Hello"},
    {"a last block and another message's worth",
     "\xf3\x48\xcd\xc9\xc9\x07\x00\xf2\x48\xcd\xc9\xc9\x07\x00"s,
     "HelloHello"},
    {"empty blocks before, between and after",
     "\x00\x00\x00\xff\xff\x02\x00\x00\x00\xff\xff\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff\x00"s,
     "Hello"},
};

struct BadVector {
  std::string_view name;
  std::string payload;
};

const BadVector bad_vectors[] = {
    {"a reserved block type", "\x06"},
    {"a stored block whose lengths disagree", "\x00\x05\x00\x00\x00Hello"s},
    {"a distance before the first byte", "\x02\x02\x00"s},
    {"bytes that are no deflate", "\xFF\xFF\xFF\xFF"},
    {"ends inside a block", "\xf2\x48\xcd"},
    {"ends inside a stored block", "\x00\x05\x00\xfa\xffHel"s},
    {"ends inside a stored block's length", "\x00\x05"s},
    {"has its tail, which it should have left out, in part",
     "\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00"s},
};

/// What a peer with a window of 256 bytes makes of a message: zlib, one byte out at a time, so that
/// it sees nothing but its window.
std::optional<std::string> inflate_with_window(std::string payload, int window_bits) {
  payload += "\x00\x00\xff\xff"s;
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, -window_bits) == Z_OK);
  stream.next_in = as_mutable_bytes(payload).data();
  stream.avail_in = static_cast<uInt>(payload.size());
  std::string text;
  int status = Z_OK;
  while (status == Z_OK) {
    Bytef byte = 0;
    stream.next_out = &byte;
    stream.avail_out = 1;
    status = inflate(&stream, Z_SYNC_FLUSH);
    if (stream.avail_out == 0) text.push_back(static_cast<char>(byte));
  }
  inflateEnd(&stream);
  return status == Z_BUF_ERROR ? std::optional(text) : std::nullopt;
}

/// Text that repeats itself at all distances, so that compressors use their whole window.
std::string repetitive(tests::Random& random, std::size_t bytes) {
  std::string text = random.bytes(32);
  while (text.size() < bytes) {
    const auto distance = 1 + random.below(text.size());
    const auto length = 3 + random.below(60);
    for (std::size_t i = 0; i < length; ++i) text.push_back(text[text.size() - distance]);
    if (random.once_in(4)) text += random.bytes(random.below(8));
  }
  text.resize(bytes);
  return text;
}

}  // namespace

TEST_CASE("golden messages inflate in every segmentation") {
  for (const auto& vector : vectors) {
    CAPTURE(vector.name);
    for (std::size_t piece_bytes = 1; piece_bytes <= vector.payload.size() + 1; ++piece_bytes) {
      const auto inflated = inflate_once(vector.payload, piece_bytes);
      CHECK_FALSE(inflated.fault);
      CHECK(inflated.text == vector.text);
    }
  }
}

TEST_CASE("messages that are no deflate are refused in every segmentation") {
  for (const auto& vector : bad_vectors) {
    CAPTURE(vector.name);
    for (std::size_t piece_bytes = 1; piece_bytes <= vector.payload.size(); ++piece_bytes) {
      CHECK(inflate_once(vector.payload, piece_bytes).fault == Fault::bad_deflate);
    }
  }
}

TEST_CASE("a message that is cut anywhere is the text's beginning so far, and never the text") {
  const std::string text = "a text that is repeated, a text that is repeated, and then it ends";
  for (const auto& payload : {compress_once(text), compress_once(text, {.level = 0})}) {
    for (std::size_t size = 0; size < payload.size(); ++size) {
      CAPTURE(size);
      Inflater inflater(ContextTakeover::no);
      std::string out;
      CHECK(inflater.feed(as_bytes(payload).first(size), out, no_limit));
      CHECK(text.starts_with(out));
      const auto end = inflater.finish(out, no_limit);
      CHECK((!end || out != text));
    }
  }
}

TEST_CASE("a message may inflate to the limit and not one byte further") {
  for (const std::size_t limit : {1U, 100U, 16383U, 16384U, 16385U, 32768U, 65536U}) {
    CAPTURE(limit);
    const auto fits = compress_once(std::string(limit, 'x'));
    const auto one_more = compress_once(std::string(limit + 1, 'x'));
    for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{7}, no_limit}) {
      const auto at_limit = inflate_once(fits, piece_bytes, limit);
      CHECK_FALSE(at_limit.fault);
      CHECK(at_limit.text.size() == limit);
      const auto past = inflate_once(one_more, piece_bytes, limit);
      CHECK(past.fault == Fault::message_too_big);
      CHECK(past.text.size() == limit);
    }
  }
}

TEST_CASE("all that a piece says is inflated with it, and not with the next") {
  for (std::size_t size = 16384; size < 16384 + 300; ++size) {
    CAPTURE(size);
    const std::string text(size, 'x');
    std::string out;
    CHECK(Inflater(ContextTakeover::no).feed(as_bytes(compress_once(text)), out, no_limit));
    CHECK(out.size() == size);
  }
}

TEST_CASE("nothing fits a limit of nothing but the empty message") {
  CHECK_FALSE(inflate_once(compress_once(""), no_limit, 0).fault);
  CHECK(inflate_once(compress_once("x"), no_limit, 0).fault == Fault::message_too_big);
}

TEST_CASE("a bomb stops at the limit, and memory with it") {
  const auto bomb = compress_once(std::string(std::size_t{32} << 20U, '\0'));
  REQUIRE(bomb.size() < 50'000);
  constexpr std::size_t limit = 65536;
  Inflater inflater(ContextTakeover::no);
  std::string out;
  const auto fed = inflater.feed(as_bytes(bomb), out, limit);
  REQUIRE_FALSE(fed);
  CHECK(fed.error() == Fault::message_too_big);
  CHECK(out.size() == limit);
  CHECK(out.capacity() <= limit);
}

TEST_CASE("random messages go round, and zlib's own inflate agrees") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    const auto size = random.below(random.once_in(10) ? 100'000 : 2000);
    const auto text = random.once_in(2) ? repetitive(random, size) : random.bytes(size);
    const auto window_bits = static_cast<std::uint8_t>(8 + random.below(8));
    const auto payload = compress_once(text,
                                       {.window_bits = window_bits,
                                        .memory_level = static_cast<int>(1 + random.below(9)),
                                        .level = static_cast<int>(random.below(10))});
    Inflater inflater(ContextTakeover::no);
    const auto inflated = inflate_message(inflater, payload, 1 + random.below(size + 10));
    CHECK_FALSE(inflated.fault);
    CHECK(inflated.text == text);
    if (size > 5000) continue;  // byte by byte is slow
    CHECK(inflate_with_window(payload, window_bits) == text);
  }
}

TEST_CASE("every window that can be agreed is kept, that of 256 bytes too") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 20; ++round) {
    const auto text = repetitive(random, 4000);
    for (std::uint8_t window_bits = 8; window_bits <= 15; ++window_bits) {
      for (const int level : {1, 6, 9}) {
        CAPTURE(window_bits);
        CAPTURE(level);
        const auto payload = compress_once(text, {.window_bits = window_bits, .level = level});
        CHECK(inflate_with_window(payload, window_bits) == text);
      }
    }
    // The check can fail: a compressor with a larger window does not fit the smaller one.
    CHECK_FALSE(inflate_with_window(compress_once(text, {.window_bits = 12}), 8));
  }
}

TEST_CASE("the largest distance is within reach in every segmentation, and one more never is") {
  constexpr std::size_t window = 32768;
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  const auto first = random.bytes(window);
  // A fixed block: length 3 at distance code 29 with 13 extra bits, all set: 32768.
  const std::string farthest("\x02\xde\xff\x0f\x00", 5);
  for (const std::size_t before : {window, window - 1}) {
    CAPTURE(before);
    auto payload = compress_once(std::string_view(first).substr(0, before), {.level = 0});
    payload += std::string("\x00\x00\xff\xff", 4) + farthest;
    for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{7}, no_limit}) {
      const auto inflated = inflate_once(payload, piece_bytes);
      CHECK(inflated.fault.has_value() == (before < window));
      if (!inflated.fault) CHECK(inflated.text == first + first.substr(0, 3));
    }
  }
}

TEST_CASE("with context takeover a message refers to the one before, on both sides") {
  Deflater deflater({.takeover = ContextTakeover::yes});
  Inflater inflater(ContextTakeover::yes);
  // RFC 7692, 7.2.3.2
  CHECK(compress(deflater, "Hello") == "\xf2\x48\xcd\xc9\xc9\x07\x00"s);
  const auto second = compress(deflater, "Hello");
  CHECK(second == "\xf2\x00\x11\x00\x00"s);
  CHECK(inflate_message(inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s).text == "Hello");
  CHECK(inflate_message(inflater, second).text == "Hello");
  CHECK(inflate_once(second).fault == Fault::bad_deflate);
}

TEST_CASE("without context takeover each message stands alone") {
  Deflater deflater({});
  Inflater inflater(ContextTakeover::no);
  const auto first = compress(deflater, "Hello");
  CHECK(compress(deflater, "Hello") == first);
  for (int i = 0; i < 2; ++i) CHECK(inflate_message(inflater, first).text == "Hello");
  // A peer that promised not to look back, and does.
  CHECK(inflate_message(inflater, "\xf2\x00\x11\x00\x00"s).fault == Fault::bad_deflate);
}

TEST_CASE("the window outlives a block that says it is the last") {
  Deflater deflater({.takeover = ContextTakeover::yes});
  Inflater inflater(ContextTakeover::yes);
  const auto final_hello = "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s;  // RFC 7692, 7.2.3.4
  (void)compress(deflater, "Hello");
  const auto second = compress(deflater, "Hello");
  CHECK(inflate_message(inflater, final_hello).text == "Hello");
  CHECK(inflate_message(inflater, second).text == "Hello");
}

TEST_CASE("streams of messages go round with context takeover") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  for (const auto window_bits : std::initializer_list<std::uint8_t>{8, 9, 10, 15}) {
    CAPTURE(window_bits);
    Deflater deflater({.window_bits = window_bits, .takeover = ContextTakeover::yes});
    Inflater inflater(ContextTakeover::yes);
    for (int i = 0; i < 100; ++i) {
      const auto text = random.once_in(5) ? std::string() : repetitive(random, random.below(3000));
      const auto inflated =
          inflate_message(inflater, compress(deflater, text), 1 + random.below(99));
      CHECK_FALSE(inflated.fault);
      CHECK(inflated.text == text);
    }
  }
}

TEST_CASE("memory is taken at the first message, and kept only with context takeover") {
  Inflater resetting(ContextTakeover::no);
  Inflater keeping(ContextTakeover::yes);
  const auto payload = compress_once("Hello");
  for (auto* inflater : {&resetting, &keeping}) {
    CHECK_FALSE(inflater->is_active());
    std::string out;
    CHECK(inflater->finish(out, no_limit));  // an empty message takes none
    CHECK_FALSE(inflater->is_active());
    CHECK(inflater->feed(as_bytes(payload), out, no_limit));
    CHECK(inflater->is_active());
    CHECK(inflater->finish(out, no_limit));
    CHECK(out == "Hello");
  }
  CHECK_FALSE(resetting.is_active());
  CHECK(keeping.is_active());

  Deflater deflater({});
  CHECK_FALSE(deflater.is_active());
  CHECK(compress(deflater, "Hello") == payload);
  CHECK(deflater.is_active());
  deflater.release();
  CHECK_FALSE(deflater.is_active());
  CHECK(compress(deflater, "Hello") == payload);
}

TEST_CASE("compressed messages are appended to what is there, whatever their size") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  // Around the size of the compressor's own chunk, incompressible: its output ends at every place.
  for (std::size_t size = 16360; size < 16400; ++size) {
    CAPTURE(size);
    const auto text = random.bytes(size);
    std::string out = "before";
    Deflater deflater({});
    deflater.compress(text, out);
    REQUIRE(out.starts_with("before"));
    CHECK(inflate_once(std::string_view(out).substr(6)).text == text);
  }
}

}  // namespace weir::protocol::websocket
