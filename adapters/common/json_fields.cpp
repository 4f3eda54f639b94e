#include "adapters/common/json_fields.hpp"

#include "adapters/abi/text.hpp"
#include "adapters/common/json_reader.hpp"

namespace weir::adapters::common {

namespace {

protocol::Unexpected<protocol::Error> no_json(const std::string& fault) {
  return protocol::fail(protocol::ErrorCode::bad_request, "no valid JSON: " + fault);
}

}  // namespace

protocol::Result<void> JsonFields::read(std::string_view json) {
  fields_.clear();
  names_.clear();
  JsonReader reader(json);
  const bool is_object = reader.object([&](JsonString name) {
    const auto value = reader.value();
    if (!value) return false;
    std::string_view text = name.raw;
    if (name.has_escapes) text = names_.emplace_back(unescaped(name));
    fields_.push_back({abi::to_text(text), abi::to_text(*value)});
    return true;
  });
  if (!is_object) return no_json(reader.fault());
  if (!reader.at_end()) return no_json("more after the object");
  return {};
}

std::optional<std::string_view> JsonFields::text(std::string_view name) {
  for (const weir_field& field : fields_) {
    if (abi::to_view(field.name) != name) continue;
    const std::string_view json = abi::to_view(field.json);
    if (json.starts_with('{') || json.starts_with('[') || json == "null") return std::nullopt;
    if (!json.starts_with('"')) return json;
    const std::string_view raw = json.substr(1, json.size() - 2);
    if (raw.find('\\') == std::string_view::npos) return raw;
    text_ = unescaped({.raw = raw, .has_escapes = true});
    return text_;
  }
  return std::nullopt;
}

protocol::Result<void> check_json(std::string_view text) {
  JsonReader reader(text);
  if (!reader.value()) return no_json(reader.fault());
  if (!reader.at_end()) return no_json("more after the value");
  return {};
}

}  // namespace weir::adapters::common
