#include "adapters/common/config_reader.hpp"

#include "adapters/abi/adapter.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace weir::adapters::common {

namespace {

/// Levenshtein's: how many letters must change.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row.back();
}

bool is_list_of_texts(const nlohmann::json& value) {
  return value.is_array() &&
         std::ranges::all_of(value, [](const nlohmann::json& item) { return item.is_string(); });
}

}  // namespace

class ConfigReader::Implementation {
public:
  Implementation(std::string_view json, std::string_view inside)
      : object_(nlohmann::json::parse(json, nullptr, false)), inside_(inside) {
    if (!object_.is_object()) throw abi::Failure("its configuration is no JSON object");
  }

  const nlohmann::json* find(std::string_view key) {
    known_.emplace_back(key);
    const auto at = object_.find(std::string(key));
    return at == object_.end() ? nullptr : &*at;
  }

  [[noreturn]] void fail(std::string_view key, const std::string& problem) const {
    throw abi::Failure("key '" + inside_ + std::string(key) + "' " + problem);
  }

  void finish() const {
    for (const auto& [key, value] : object_.items()) {
      if (std::ranges::find(known_, key) != known_.end()) continue;
      const auto nearest = std::ranges::min_element(
          known_, {}, [&key = key](const auto& known) { return distance(key, known); });
      std::string problem = "is unknown";
      if (nearest != known_.end()) problem += "; did you mean '" + inside_ + *nearest + "'?";
      fail(key, problem);
    }
  }

private:
  nlohmann::json object_;
  std::string inside_;
  std::vector<std::string> known_;
};

ConfigReader::ConfigReader(std::string_view json, std::string_view inside)
    : implementation_(std::make_unique<Implementation>(json, inside)) {
}

ConfigReader::~ConfigReader() = default;

std::optional<std::string> ConfigReader::text(std::string_view key) {
  const nlohmann::json* value = implementation_->find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) implementation_->fail(key, "must be a string");
  return value->get<std::string>();
}

std::optional<std::vector<std::string>> ConfigReader::texts(std::string_view key) {
  const nlohmann::json* value = implementation_->find(key);
  if (value == nullptr) return std::nullopt;
  if (!is_list_of_texts(*value)) implementation_->fail(key, "must be a list of strings");
  return value->get<std::vector<std::string>>();
}

std::optional<std::vector<std::string>> ConfigReader::text_or_texts(std::string_view key) {
  const nlohmann::json* value = implementation_->find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::vector{value->get<std::string>()};
  if (!is_list_of_texts(*value))
    implementation_->fail(key, "must be a string or a list of strings");
  return value->get<std::vector<std::string>>();
}

std::optional<std::string> ConfigReader::table(std::string_view key) {
  const nlohmann::json* value = implementation_->find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) implementation_->fail(key, "must be a table");
  return value->dump();
}

std::vector<std::string> ConfigReader::tables(std::string_view key) {
  const nlohmann::json* value = implementation_->find(key);
  if (value == nullptr) return {};
  const auto is_table = [](const nlohmann::json& item) { return item.is_object(); };
  if (!value->is_array() || !std::ranges::all_of(*value, is_table))
    implementation_->fail(key, "must be a list of tables");
  std::vector<std::string> tables;
  for (const nlohmann::json& item : *value) tables.push_back(item.dump());
  return tables;
}

bool ConfigReader::flag(std::string_view key, bool otherwise) {
  const nlohmann::json* value = implementation_->find(key);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) implementation_->fail(key, "must be true or false");
  return value->get<bool>();
}

std::int64_t ConfigReader::integer(std::string_view key, Range range, std::int64_t otherwise) {
  const nlohmann::json* value = implementation_->find(key);
  if (value == nullptr) return otherwise;
  const bool fits = value->is_number_integer() && value->get<std::int64_t>() >= range.from &&
                    value->get<std::int64_t>() <= range.to;
  if (!fits)
    implementation_->fail(key,
                          "must be an integer from " + std::to_string(range.from) + " to " +
                              std::to_string(range.to));
  return value->get<std::int64_t>();
}

double ConfigReader::number(std::string_view key, Bounds bounds, double otherwise) {
  const nlohmann::json* value = implementation_->find(key);
  if (value == nullptr) return otherwise;
  const bool fits = value->is_number() && value->get<double>() >= bounds.from &&
                    value->get<double>() <= bounds.to;
  if (!fits)
    implementation_->fail(key,
                          "must be a number from " + nlohmann::json(bounds.from).dump() + " to " +
                              nlohmann::json(bounds.to).dump());
  return value->get<double>();
}

void ConfigReader::finish() const {
  implementation_->finish();
}

}  // namespace weir::adapters::common
