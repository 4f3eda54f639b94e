#include "gateway/app/event_query.hpp"

#include "gateway/http/query.hpp"
#include "gateway/session/framing.hpp"
#include "protocol/core/nearest_name.hpp"
#include "protocol/core/topic.hpp"
#include "protocol/native/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace weir::gateway::app {
namespace {

using http::Parameter;
using protocol::ErrorCode;
using protocol::Result;
using protocol::native::append_string;

/// Where a parameter goes, and what of JSON its text becomes.
enum class Target : std::uint8_t { filter, from, session, subscription };
enum class Form : std::uint8_t { text, number, boolean, texts };

struct Option {
  std::string_view name;
  Target target;
  Form form;
};

constexpr auto options = std::to_array<Option>({
    {"filter", Target::filter, Form::text},
    {"from", Target::from, Form::text},
    {"heartbeat_ms", Target::session, Form::number},
    {"bytes_per_s", Target::session, Form::number},
    {"messages_per_s", Target::session, Form::number},
    {"max_delay_ms", Target::session, Form::number},
    {"delivery", Target::subscription, Form::text},
    {"max_rate", Target::subscription, Form::number},
    {"fields", Target::subscription, Form::texts},
    {"delta", Target::subscription, Form::text},
    {"snapshot", Target::subscription, Form::boolean},
    {"history", Target::subscription, Form::number},
    {"on_overflow", Target::subscription, Form::text},
    {"ts", Target::subscription, Form::boolean},
    {"counts", Target::subscription, Form::boolean},
    {"priority", Target::subscription, Form::number},
});

bool is_number(const std::string& text) {
  constexpr bool throws = false;
  return nlohmann::json::parse(text, nullptr, throws).is_number();
}

/// As a list: "bid,ask" is two texts.
void append_texts(std::string_view list, std::string& out) {
  char before = '[';
  while (true) {
    const auto one = list.substr(0, list.find(','));
    out += std::exchange(before, ',');
    append_string(one, out);
    if (one.size() == list.size()) break;
    list.remove_prefix(one.size() + 1);
  }
  out += ']';
}

/// A text that is no number stays a text: the codec will say what it expected.
void append_value(const Option& option, const std::string& text, std::string& out) {
  const bool is_word = text == "true" || text == "false";
  const bool is_bare =
      (option.form == Form::number && is_number(text)) || (option.form == Form::boolean && is_word);
  if (is_bare) {
    out += text;
  } else if (option.form == Form::texts) {
    append_texts(text, out);
  } else {
    append_string(text, out);
  }
}

protocol::Unexpected<protocol::Error> unknown(const std::string& name) {
  std::array<std::string_view, options.size()> names;
  std::ranges::transform(options, names.begin(), &Option::name);
  const auto nearest = protocol::nearest_name(name, names);
  auto text = "there is no parameter \"" + name + "\"";
  if (!nearest.empty()) text += "; did you mean \"" + std::string(nearest) + "\"?";
  return protocol::fail(ErrorCode::bad_request, std::move(text));
}

/// The members of the requests, each with a comma before it.
struct Members {
  std::vector<std::string> filters;
  std::string of_session;
  std::string of_subscription;
  std::string from;  ///< a position
};

Result<Members> sort(const std::vector<Parameter>& parameters) {
  Members members;
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : parameters) {
    const auto* const option = std::ranges::find(options, name, &Option::name);
    if (option == options.end()) return unknown(name);
    if (option->target == Target::filter) {
      members.filters.push_back(value);
      continue;
    }
    if (std::ranges::find(seen, option->name) != seen.end()) {
      return protocol::fail(ErrorCode::bad_request, name + " is there twice");
    }
    seen.push_back(option->name);
    if (option->target == Target::from) {
      members.from = value;
      continue;
    }
    auto& out = option->target == Target::session ? members.of_session : members.of_subscription;
    append_string(name, out += ',');
    append_value(*option, value, out += ':');
  }
  return members;
}

/// The "from" of a subscribe.
Result<std::string> read_from(const std::string& text, const Members& members, bool is_exact) {
  const auto position = session::read_event_id(text);
  if (!position) {
    return protocol::fail(ErrorCode::bad_request,
                          "a position is an epoch and an offset, like k3f9:18");
  }
  if (!is_exact) {
    return protocol::fail(ErrorCode::bad_request, "a position needs one filter, without wildcards");
  }
  std::string from = R"(,"from":{)";
  append_string(members.filters.front(), from);
  append_string(position->epoch, from += R"(:{"epoch":)");
  protocol::native::append_integer(position->offset, from += R"(,"offset":)");
  return from + "}}";
}

}  // namespace

Result<EventRequests> read_event_query(std::string_view query, std::string_view last_event_id) {
  const auto parameters = http::read_query(query);
  if (!parameters) {
    return protocol::fail(ErrorCode::bad_request, "the query is not percent-encoded well");
  }
  auto members = sort(*parameters);
  if (!members) return protocol::fail(members.error());
  if (members->filters.empty()) {
    return protocol::fail(ErrorCode::bad_request, "expected a filter, like ?filter=quotes/AAPL");
  }
  // What a browser has seen since is newer than what its page began with.
  if (!last_event_id.empty()) members->from = last_event_id;
  const bool is_exact =
      members->filters.size() == 1 && !protocol::is_pattern(members->filters.front());
  std::string from;
  if (!members->from.empty()) {
    auto read = read_from(members->from, *members, is_exact);
    if (!read) return protocol::fail(read.error());
    from = *std::move(read);
  }
  EventRequests requests;
  requests.is_numbered = is_exact;
  requests.connect = R"({"op":"connect","id":0)" + members->of_session + "}";
  for (const auto& filter : members->filters) {
    auto request = R"({"op":"subscribe","id":)" + std::to_string(requests.subscribes.size() + 1);
    append_string(filter, request += R"(,"filter":)");
    request.append(members->of_subscription).append(from).append("}");
    requests.subscribes.push_back(std::move(request));
  }
  return requests;
}

}  // namespace weir::gateway::app
