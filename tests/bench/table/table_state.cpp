#include "tests/bench/table/table_state.hpp"

#include <algorithm>

namespace weir::tests::bench {

using Json = nlohmann::json;

void TableState::take(std::string_view message) {
  const Json delivery = Json::parse(message);
  if (const auto whole = delivery.find("d"); whole != delivery.end()) {
    ++wholes_;
    rows_ = whole->get<Rows>();
    rows_in_parts_ += rows_.size();
  } else if (delivery.contains("b")) {
    if (delivery.at("b") != offset_) ++wrong_bases_;
    change(delivery);
  } else {
    rows_.clear();
  }
  offset_ = delivery.at("o").get<std::uint64_t>();
  if (delivery.value("m", false)) return;
  ++deliveries_;
  rows_max_ = std::max(rows_max_, rows_in_parts_);
  rows_in_parts_ = 0;
}

void TableState::change(const Json& delivery) {
  for (const Json& key : delivery.value("x", Json::array())) {
    rows_.erase(key.get<std::string>());
    ++rows_in_parts_;
  }
  const Json changed = delivery.value("k", Json::object());
  for (const auto& [key, fields] : changed.items()) {
    rows_[key].merge_patch(fields);
    ++rows_in_parts_;
  }
}

void TableState::restart() {
  deliveries_ = 0;
  wholes_ = 0;
  rows_max_ = 0;
}

void TableDialect::on_message(std::string_view message, Conversation& conversation) {
  if (message.starts_with(R"({"t":)")) state_.take(message);
  weir_.on_message(message, conversation);
}

}  // namespace weir::tests::bench
