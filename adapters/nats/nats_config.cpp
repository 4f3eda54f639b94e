#include "adapters/nats/nats_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/config_reader.hpp"

namespace weir::adapters::nats {

namespace {

using common::refuse_key;

bool has_wildcard(std::string_view word) {
  return word == "*" || word == ">";
}

std::vector<std::string> read_subjects(common::ConfigReader& reader) {
  const auto subjects = reader.texts("subjects");
  if (!subjects) return {};
  for (const std::string& subject : *subjects) {
    if (const auto fault = fault_of_pattern(subject))
      refuse_key("subjects", "has '" + subject + "', which " + *fault);
  }
  return *subjects;
}

}  // namespace

std::optional<std::string> fault_of_pattern(std::string_view subject) {
  constexpr std::string_view blanks(" \t\r\n\f\v\0", 7);
  if (subject.find_first_of(blanks) != std::string_view::npos) return "has a blank in it";
  for (std::string_view rest = subject;;) {
    const auto end = rest.find('.');
    const std::string_view word = rest.substr(0, end);
    if (word.empty()) return "has an empty word";
    if (end == std::string_view::npos) return std::nullopt;
    if (word == ">") return "has a '>' that is not the last word";
    rest.remove_prefix(end + 1);
  }
}

std::optional<std::string> fault_of_subject(std::string_view subject) {
  if (auto fault = fault_of_pattern(subject)) return fault;
  for (std::string_view rest = subject;;) {
    const auto end = rest.find('.');
    if (has_wildcard(rest.substr(0, end))) return "has a wildcard";
    if (end == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(end + 1);
  }
}

NatsConfig parse_config(std::string_view json) {
  common::ConfigReader reader(json);
  NatsConfig config;
  config.brokers = common::read_brokers(reader, "nats://127.0.0.1:4222", url_scheme);
  config.tls = common::read_broker_tls(reader, config.brokers, url_scheme.tls_name);
  config.subjects = read_subjects(reader);
  config.on_demand = reader.flag("on_demand", config.on_demand);
  config.mapping = common::read_mapping(reader, message_words);
  config.remembered_ids = common::read_remembered_ids(reader);
  config.patience = common::read_patience(reader);
  config.upstream = reader.flag("upstream", config.upstream);
  config.publish_subject =
      common::read_outgoing_subject(reader, "publish_subject", message_words.separator);
  reader.finish();
  if (config.subjects.empty() && !config.upstream)
    throw abi::Failure("key 'subjects' is needed, e.g. subjects = [\"quotes.*\"]");
  if (config.tls.version_min != common::TlsOptions::Version::tls_1_2)
    refuse_key("tls.min_version", "cannot be had: libnats takes 1.2 and what is newer");
  if (config.on_demand && config.subjects.empty())
    refuse_key("on_demand", "needs 'subjects', within which topics can be wanted");
  return config;
}

}  // namespace weir::adapters::nats
