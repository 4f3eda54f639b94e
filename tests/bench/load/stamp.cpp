#include "tests/bench/load/stamp.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace weir::tests::bench {

namespace {

constexpr std::string_view mark = "\"at\":[";
/// The same in CBOR: a text of two letters, and the head of an array of three.
constexpr std::string_view cbor_mark =
    "\x62"
    "at\x83";

constexpr std::array<std::string_view, 32> words{
    "price ",  "open ",  "close ", "bid ",    "ask ",   "last ",   "volume ", "market ",
    "order ",  "trade ", "buy ",   "sell ",   "limit ", "stop ",   "index ",  "future ",
    "option ", "yield ", "bond ",  "share ",  "quote ", "spread ", "depth ",  "book ",
    "halt ",   "news ",  "alert ", "status ", "venue ", "symbol ", "change ", "session "};

/// Advances a generator that is good enough for words (Knuth's MMIX constants).
std::uint64_t next_random(std::uint64_t& state) {
  state = state * 6364136223846793005U + 1442695040888963407U;
  return state >> 33U;
}

void append_words(std::string& out, std::uint64_t seed, std::size_t bytes) {
  const std::size_t end = out.size() + bytes;
  while (out.size() < end) {
    const std::uint64_t random = next_random(seed);
    out += words.at(random % words.size());
    if (random % 3 == 0) out += std::to_string(random % 100'000) + ' ';
  }
  out.resize(end);
}

void append_stamp(std::string& out, Stamp stamp) {
  out.append(mark).append(std::to_string(stamp.sequence)).append(1, ',');
  out.append(std::to_string(stamp.sent_ns)).append(1, ',');
  out.append(std::to_string(stamp.topic)).append(1, ']');
}

void append_fields(std::string& out, Stamp stamp) {
  constexpr std::uint64_t fields = 20;
  constexpr std::uint64_t changed = 2;
  for (std::uint64_t number = 0; number < changed; ++number) {
    const std::uint64_t field = (stamp.sequence * changed + number) % fields;
    out += ",\"field" + std::to_string(field) + "\":";
    out += std::to_string(100'000 + (stamp.sequence * 7 + number) % 900'000);
  }
}

/// Takes a number and the character behind it off the front.
bool take_number(std::string_view& text, auto& number, char end) {
  const auto [at, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || at == text.data() + text.size() || *at != end) return false;
  text.remove_prefix(static_cast<std::size_t>(at - text.data()) + 1);
  return true;
}

/// Takes an unsigned integer off the front of CBOR. Source: RFC 8949, 3.
bool take_cbor_number(std::string_view& bytes, auto& number) {
  if (bytes.empty()) return false;
  const auto head = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  if (head < 24) {
    number = head;
    return true;
  }
  if (head > 27) return false;
  const std::size_t length = std::size_t{1} << (head - 24U);
  if (bytes.size() < length) return false;
  std::uint64_t value = 0;
  for (const char byte : bytes.substr(0, length)) {
    value = value << 8U | static_cast<std::uint8_t>(byte);
  }
  bytes.remove_prefix(length);
  number = static_cast<std::remove_reference_t<decltype(number)>>(value);
  return true;
}

}  // namespace

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void append_data(std::string& out, Stamp stamp, std::size_t data_bytes, Filling filling) {
  const std::size_t data_begin = out.size();
  out += '{';
  append_stamp(out, stamp);
  if (filling == Filling::fields) {
    append_fields(out, stamp);
    out += '}';
    return;
  }
  out += R"(,"pad":")";
  const std::size_t used_bytes = out.size() - data_begin + 2;
  const std::size_t left_bytes = data_bytes - std::min(used_bytes, data_bytes);
  if (filling == Filling::words) {
    append_words(out, stamp.sequence * 1000 + stamp.topic, left_bytes);
  } else {
    out.append(left_bytes, 'x');
  }
  out += "\"}";
}

std::optional<Stamp> find_stamp(std::string_view message) {
  Stamp stamp;
  if (const auto found = message.find(mark); found != std::string_view::npos) {
    message.remove_prefix(found + mark.size());
    const bool is_whole = take_number(message, stamp.sequence, ',') &&
                          take_number(message, stamp.sent_ns, ',') &&
                          take_number(message, stamp.topic, ']');
    return is_whole ? std::optional(stamp) : std::nullopt;
  }
  const auto found = message.find(cbor_mark);
  if (found == std::string_view::npos) return std::nullopt;
  message.remove_prefix(found + cbor_mark.size());
  const bool is_whole = take_cbor_number(message, stamp.sequence) &&
                        take_cbor_number(message, stamp.sent_ns) &&
                        take_cbor_number(message, stamp.topic);
  return is_whole ? std::optional(stamp) : std::nullopt;
}

}  // namespace weir::tests::bench
