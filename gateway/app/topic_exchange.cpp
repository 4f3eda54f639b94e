#include "gateway/app/topic_exchange.hpp"

#include "gateway/app/api_call.hpp"
#include "gateway/app/topic_json.hpp"
#include "gateway/http/error_response.hpp"
#include "gateway/http/query.hpp"
#include "gateway/session/framing.hpp"
#include "protocol/core/topic.hpp"

#include <memory>
#include <utility>

namespace weir::gateway::app {

using protocol::ErrorCode;
using protocol::Position;

namespace {

/// The position of an entity tag that this gateway has given; nullopt: it is another one, or a
/// list.
std::optional<Position> read_tag(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
  return session::read_event_id(tag.substr(1, tag.size() - 2));
}

}  // namespace

TopicExchange::TopicExchange(Options options)
    : options_(std::move(options)), id_(options_.hub.add_requester(*this)) {
  if (auto state = options_.hub.ask_state(id_, options_.topic, options_.known)) {
    state_.emplace(*std::move(state));
  }
}

TopicExchange::~TopicExchange() {
  options_.hub.remove_requester(id_);
}

void TopicExchange::on_state(protocol::Result<topics::LogImagePtr> state) {
  state_.emplace(std::move(state));
  options_.connection.on_answered();
}

http::Response TopicExchange::take_response() {
  const auto& state = *state_;
  if (!state) {
    // The name was found good: what is not there is the topic.
    const bool is_missing = state.error().code == ErrorCode::bad_topic;
    return with_headers(
        is_missing ? http::error_response(404, state.error()) : http::error_response(state.error()),
        options_.headers);
  }
  const auto& image = **state;
  http::Response response{.content_type = "application/json"};
  const Position head{image.epoch, image.head};
  if (options_.known == head) {
    response.status = 304;
  } else {
    response.body = to_json(options_.topic, image);
  }
  response.headers = {{"ETag", '"' + session::to_event_id(head.epoch, head.offset) + '"'},
                      {"Cache-Control", "no-cache"}};
  return with_headers(std::move(response), options_.headers);
}

net::Answer answer_topic(const http::Request& request,
                         std::string_view name,
                         net::ExchangePort& connection,
                         const ClientContext& context) {
  const http::CrossOriginPolicy policy{.origins = context.listen.at(request.listener).origins,
                                       .methods = "GET, HEAD, OPTIONS"};
  if (auto early = answer_early(request, policy)) return *std::move(early);
  auto headers = http::cross_origin_headers(request, policy);
  const auto refuse = [&](const protocol::Error& error) {
    return with_headers(http::error_response(error), headers);
  };
  const auto bearer =
      admit(context.authenticator, request, context.cookie, context.hub.now().unix_ms);
  if (!bearer) return refuse(bearer.error());
  const auto topic = http::percent_decode(name);
  if (!topic) return refuse({ErrorCode::bad_topic, "the path is not percent-encoded well"});
  if (const auto checked = protocol::check_topic(*topic); !checked) return refuse(checked.error());
  if (!bearer->rights().may_read(*topic)) {
    return refuse({ErrorCode::forbidden, "no right to read " + *topic});
  }
  auto exchange = std::make_unique<TopicExchange>(
      TopicExchange::Options{.hub = context.hub,
                             .connection = connection,
                             .topic = *topic,
                             .known = read_tag(request.header("If-None-Match").value_or("")),
                             .headers = std::move(headers)});
  if (exchange->is_answered()) return exchange->take_response();
  return {std::move(exchange)};
}

}  // namespace weir::gateway::app
