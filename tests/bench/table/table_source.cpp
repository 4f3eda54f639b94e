#include "tests/bench/table/table_source.hpp"

#include <utility>

namespace weir::tests::bench {

using Json = nlohmann::json;

TableSource::TableSource(std::string topic, std::size_t rows, std::uint64_t seed)
    : topic_(std::move(topic)), count_(rows), random_(seed) {
}

std::vector<std::string> TableSource::fill() {
  std::vector<std::string> lines;
  for (std::size_t index = 0; index < count_; ++index) {
    const std::string key = "row" + std::to_string(index);
    lines.push_back(put(key, all_fields(key)));
  }
  return lines;
}

std::string TableSource::change() {
  const std::string key = random_key();
  if (!rows_.contains(key)) return put(key, all_fields(key));
  if (random_() % 100 == 0) {
    rows_.erase(key);
    return Json{{"topic", topic_}, {"key", key}, {"delete", true}}.dump();
  }
  const auto bid = static_cast<std::int64_t>(random_() % 1'000'000);
  return put(key, {{"bid", bid}, {"ask", bid + 2}});
}

std::string TableSource::random_key() {
  return "row" + std::to_string(random_() % count_);
}

std::string TableSource::put(const std::string& key, const Json& fields) {
  rows_[key].update(fields);
  return Json{{"topic", topic_}, {"key", key}, {"fields", fields}}.dump();
}

Json TableSource::all_fields(const std::string& key) {
  const auto bid = static_cast<std::int64_t>(random_() % 1'000'000);
  return {{"name", "instrument of " + key},
          {"bid", bid},
          {"ask", bid + 2},
          {"size", random_() % 10'000},
          {"venue", "XETR"},
          {"state", "open"}};
}

std::optional<std::string> LineFeed::on_answer(std::string_view bytes, std::string& /*out*/) {
  if (!bytes.starts_with(R"({"ack":)")) return std::string(bytes);
  acknowledged_ = true;
  return std::nullopt;
}

}  // namespace weir::tests::bench
