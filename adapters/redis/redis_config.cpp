#include "adapters/redis/redis_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/config_reader.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace weir::adapters::redis {

namespace {

using common::refuse_key;

constexpr std::string_view glob_characters = "*?[]\\";

std::vector<std::string> read_names(common::ConfigReader& reader, std::string_view key) {
  const auto names = reader.texts(key);
  if (!names) return {};
  if (std::ranges::find(*names, "") != names->end()) refuse_key(key, "has an empty name");
  return *names;
}

char read_separator(common::ConfigReader& reader) {
  const std::string separator = reader.text("separator").value_or(":");
  if (separator.size() != 1 || glob_characters.find(separator[0]) != std::string_view::npos)
    refuse_key("separator",
               "must be one character that no pattern is made of, like \":\" or \".\"");
  return separator[0];
}

From read_from(common::ConfigReader& reader) {
  const std::string from = reader.text("from").value_or("newest");
  if (from == "newest") return From::newest;
  if (from == "oldest") return From::oldest;
  refuse_key("from", "is '" + from + "'; expected newest or oldest");
}

common::MessageWords words_of(const RedisConfig& config) {
  if (config.streams.empty())
    return {.subject = "channel", .separator = config.separator, .headers = "", .origin = ""};
  return {.subject = "stream", .separator = config.separator, .headers = "field", .origin = ""};
}

void read_target(common::ConfigReader& reader, RedisConfig& config) {
  const bool has_channel = reader.text("publish_channel").has_value();
  const bool has_stream = reader.text("publish_stream").has_value();
  if (has_channel && has_stream)
    refuse_key("publish_stream", "does not go with 'publish_channel': only one of the two");
  const bool is_stream = has_stream || (!has_channel && !config.streams.empty());
  config.target = is_stream ? Target::stream : Target::channel;
  config.publish_name = common::read_outgoing_subject(
      reader, is_stream ? "publish_stream" : "publish_channel", config.separator);
}

/// What goes together and what does not.
void check(const RedisConfig& config, bool has_from) {
  if (!config.reads() && !config.upstream)
    throw abi::Failure(
        "one of the keys 'channels' and 'streams' is needed, e.g. channels = [\"quotes:*\"]");
  if (!config.channels.empty() && !config.streams.empty())
    refuse_key("streams", "does not go with 'channels': make an adapter of each");
  if (config.streams.empty() && has_from) refuse_key("from", "belongs to 'streams'");
  if (config.streams.empty() && !config.payload.empty())
    refuse_key("payload", "belongs to 'streams'");
  if (config.on_demand && config.channels.empty())
    refuse_key("on_demand", "needs 'channels', within which topics can be wanted");
  if (config.publish_maxlen != 0 && config.target != Target::stream)
    refuse_key("publish_maxlen", "belongs to 'publish_stream'");
  auto sorted = config.streams;
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end())
    refuse_key("streams", "has one of them twice");
}

}  // namespace

common::SubjectSyntax subject_syntax(char separator) {
  return {.separator = separator,
          .any_word = "*",
          .any_rest = "*",
          .rest_min = 1,
          .not_in_words = "",
          .escaped = glob_characters};
}

bool is_glob(std::string_view channel) {
  return channel.find_first_of(glob_characters) != std::string_view::npos;
}

RedisConfig parse_config(std::string_view json) {
  common::ConfigReader reader(json);
  RedisConfig config;
  config.brokers = common::read_brokers(reader, "redis://127.0.0.1:6379", url_scheme);
  for (const common::BrokerUrl& broker : config.brokers) {
    const bool is_number = std::ranges::all_of(
        broker.path, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
    if (!is_number || broker.path.size() > 5)
      refuse_key("brokers",
                 "has a URL with the database '" + broker.path + "', which is no number");
  }
  config.channels = read_names(reader, "channels");
  config.streams = read_names(reader, "streams");
  const bool has_from = reader.text("from").has_value();
  config.from = read_from(reader);
  config.payload = reader.text("payload").value_or("");
  config.separator = read_separator(reader);
  config.on_demand = reader.flag("on_demand", config.on_demand);
  config.mapping = common::read_mapping(reader, words_of(config));
  config.patience = common::read_patience(reader);
  config.upstream = reader.flag("upstream", config.upstream);
  read_target(reader, config);
  config.publish_maxlen = reader.integer("publish_maxlen", {0, 1'000'000'000}, 0);
  reader.finish();
  check(config, has_from);
  return config;
}

}  // namespace weir::adapters::redis
