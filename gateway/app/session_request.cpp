#include "gateway/app/session_request.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace weir::gateway::app {
namespace {

using nlohmann::json;
using Fault = protocol::Unexpected<std::string>;

constexpr std::uint64_t integer_max = (std::uint64_t{1} << 53U) - 1;  // survives a double
constexpr double rate_min = 0.00001;
constexpr double rate_max = 1'000'000;
constexpr std::uint64_t delay_ms_max = 60'000;

std::optional<std::uint64_t> read_integer(const json& value, std::uint64_t max) {
  if (value.is_null()) return 0;
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > max) return std::nullopt;
  return value.get<std::uint64_t>();
}

std::optional<double> read_rate(const json& value) {
  if (value.is_null()) return 0;
  if (!value.is_number()) return std::nullopt;
  const auto rate = value.get<double>();
  if (rate != 0 && (rate < rate_min || rate > rate_max)) return std::nullopt;
  return rate;
}

/// What was expected; nullopt: it was read.
std::optional<std::string> read_member(const std::string& name,
                                       const json& value,
                                       session::CeilingChange& change) {
  if (name == "bytes_per_s") {
    change.bytes_per_s = read_integer(value, integer_max);
    if (change.bytes_per_s) return std::nullopt;
    return "expected null or an integer from 0 to " + std::to_string(integer_max);
  }
  if (name == "messages_per_s") {
    change.messages_per_s = read_rate(value);
    if (change.messages_per_s) return std::nullopt;
    return "expected null, 0, or a number from 0.00001 to 1000000";
  }
  if (name == "max_delay_ms") {
    const auto delay = read_integer(value, delay_ms_max);
    if (delay) change.max_delay_ms = static_cast<std::int64_t>(*delay);
    if (delay) return std::nullopt;
    return "expected null or an integer from 0 to " + std::to_string(delay_ms_max);
  }
  return "is no limit; expected bytes_per_s, messages_per_s or max_delay_ms";
}

}  // namespace

protocol::Result<session::CeilingChange, std::string> read_ceiling_change(std::string_view text) {
  constexpr bool throws = false;
  const auto body = json::parse(text, nullptr, throws);
  if (!body.is_object()) {
    return Fault(R"(expected a JSON object like {"bytes_per_s":64000})");
  }
  if (body.empty()) {
    return Fault("expected at least one of bytes_per_s, messages_per_s and max_delay_ms");
  }
  session::CeilingChange change;
  for (const auto& [name, value] : body.items()) {
    if (const auto fault = read_member(name, value, change)) return Fault(name + ": " + *fault);
  }
  return change;
}

}  // namespace weir::gateway::app
