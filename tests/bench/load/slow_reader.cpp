#include "tests/bench/load/slow_reader.hpp"

#include <charconv>
#include <stdexcept>

namespace weir::tests::bench {

namespace {

template <typename Number>
Number to_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < 0) {
    throw std::invalid_argument("'" + std::string(text) + "' is no number that fits here");
  }
  return number;
}

void set(SlowReader& reader, std::string_view key, std::string_view value) {
  if (key == "name") {
    reader.name = value;
  } else if (key == "delivery") {
    reader.delivery = value;
  } else if (key == "window") {
    reader.window_bytes = to_number<std::uint64_t>(value);
  } else if (key == "receive_buffer") {
    reader.endpoint.receive_buffer_bytes = to_number<int>(value);
  } else if (key == "address") {
    reader.endpoint.address = value;
  } else if (key == "port") {
    reader.endpoint.port = to_number<std::uint16_t>(value);
  } else if (key == "namespace") {
    reader.endpoint.network_namespace = value;
  } else if (key == "reads" && (value == "at_once" || value == "slowly")) {
    reader.reading = value == "at_once" ? Reading::at_once : Reading::slowly;
  } else {
    throw std::invalid_argument("a slow reader knows no '" + std::string(key) + '=' +
                                std::string(value) + "'");
  }
}

}  // namespace

SlowReader parse_slow_reader(std::string_view text) {
  SlowReader reader;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::size_t equals = std::min(word.find('='), word.size());
    set(reader, word.substr(0, equals), word.substr(std::min(equals + 1, word.size())));
  }
  return reader;
}

Phase parse_phase(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view seconds = text.substr(std::min(colon + 1, text.size()));
  return {.bytes_per_s = to_number<std::size_t>(text.substr(0, colon)),
          .seconds = to_number<double>(seconds)};
}

}  // namespace weir::tests::bench
