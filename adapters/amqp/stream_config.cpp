#include "adapters/amqp/stream_config.hpp"

#include "adapters/amqp/amqp_config.hpp"
#include "adapters/common/config_reader.hpp"

#include <algorithm>
#include <utility>

namespace weir::adapters::amqp {
namespace {

using common::refuse_key;

constexpr std::size_t name_bytes_max = 255;  // AMQP 0-9-1, short strings
constexpr std::size_t epoch_bytes_max = 16;

std::string read_stream(common::ConfigReader& reader) {
  std::string stream = reader.text("stream").value_or("");
  if (stream.empty() || stream.size() > name_bytes_max)
    refuse_key("stream", "is needed: the name of a stream, of at most 255 bytes");
  return stream;
}

std::string read_epoch(common::ConfigReader& reader) {
  std::string epoch = reader.text("epoch").value_or("");
  const bool is_epoch =
      !epoch.empty() && epoch.size() <= epoch_bytes_max && std::ranges::all_of(epoch, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      });
  if (!is_epoch)
    refuse_key("epoch",
               "is needed: 1 to 16 of a-z 0-9, the same on every gateway, and another one when "
               "the stream is another one");
  return epoch;
}

StreamStart read_start(common::ConfigReader& reader) {
  const std::string text = reader.text("start").value_or("last");
  const auto start = parse_stream_start(text);
  if (!start)
    refuse_key("start",
               "is '" + text +
                   "'; expected \"first\", \"last\", \"next\" or an offset like "
                   "\"1000\"");
  return *start;
}

}  // namespace

StreamConfig parse_stream_config(std::string_view json) {
  common::ConfigReader reader(json);
  auto brokers = read_brokers(reader);
  auto tls = common::read_broker_tls(reader, brokers, url_scheme.tls_name);
  StreamConfig config{
      .brokers = std::move(brokers),
      .tls = std::move(tls),
      .stream = read_stream(reader),
      .epoch = read_epoch(reader),
      .start = read_start(reader),
      .prefetch = static_cast<std::uint16_t>(reader.integer("prefetch", {1, 65535}, 500)),
      .mapping = common::read_mapping(reader, message_words),
      .patience = common::read_patience(reader)};
  reader.finish();
  return config;
}

}  // namespace weir::adapters::amqp
