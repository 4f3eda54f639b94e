#include "gateway/app/publish_exchange.hpp"

#include "gateway/app/api_call.hpp"
#include "gateway/http/error_response.hpp"
#include "gateway/net/admission.hpp"

#include <memory>
#include <utility>

namespace weir::gateway::app {

using protocol::ErrorCode;
using protocol::Position;
using protocol::Result;
using protocol::native::PublishBody;
using protocol::native::PublishItem;

namespace {

/// Whoever shows a token that names somebody is that, on whatever connection; else an address.
std::string publisher_name(const session::Bearer& bearer, const http::Request& request) {
  if (!bearer.subject().empty()) return "subject " + std::string(bearer.subject());
  return "address " + net::describe(net::peer_key(request.peer_address));
}

}  // namespace

PublishExchange::PublishExchange(Options options)
    : options_(std::move(options)), id_(options_.hub.add_requester(*this)) {
}

PublishExchange::~PublishExchange() {
  options_.hub.remove_requester(id_);
}

void PublishExchange::publish(PublishBody body, const Publisher& publisher) {
  is_array_ = body.is_array;
  missing_ = body.items.size();
  for (auto& item : body.items) replies_.push_back({item.id, std::nullopt});
  for (std::size_t i = 0; i < body.items.size(); ++i) {
    const auto index = static_cast<protocol::RequestId>(i);
    if (auto result = publish_one(body.items[i], index, publisher)) {
      settle(replies_[i], *std::move(result));
    }
  }
}

std::optional<Result<Position>> PublishExchange::publish_one(PublishItem& item,
                                                             protocol::RequestId index,
                                                             const Publisher& publisher) {
  auto& hub = options_.hub;
  ++hub.counters().client_publishes_total;
  if (!item.publication) return fail(item.publication.error());
  const auto& topic = item.publication->topic;
  if (!publisher.bearer.rights().may_publish(topic)) {
    return protocol::fail(ErrorCode::forbidden, "no right to publish to " + topic);
  }
  if (!publisher.rates.try_take(publisher.name, hub.now().steady)) {
    return protocol::fail(ErrorCode::rate,
                          "a publisher may publish limits.publishes_per_s = " +
                              std::to_string(hub.options().limits.publishes_per_s));
  }
  return hub.publish(id_, *std::move(item.publication), index);
}

void PublishExchange::settle(Reply& reply, Result<Position> result) {
  if (!result) ++options_.hub.counters().refused_total;
  reply.result.emplace(std::move(result));
  --missing_;
}

void PublishExchange::on_published(protocol::RequestId id, Result<Position> result) {
  settle(replies_.at(static_cast<std::size_t>(id)), std::move(result));
  if (is_answered()) options_.connection.on_answered();
}

http::Response PublishExchange::take_response() {
  http::Response response{.content_type = "application/json"};
  std::string body;
  for (const auto& reply : replies_) {
    if (!body.empty()) body += ',';
    protocol::native::write_publish_reply(reply.id, *reply.result, body);
  }
  if (is_array_) {
    body = "[" + body + "]";
  } else if (!*replies_.front().result) {
    response = http::error_response(replies_.front().result->error());
  }
  response.body = body + "\n";
  return with_headers(std::move(response), options_.headers);
}

net::Answer answer_publish(const http::Request& request,
                           net::ExchangePort& connection,
                           const ClientContext& context) {
  const http::CrossOriginPolicy policy{.origins = context.listen.at(request.listener).origins,
                                       .methods = "POST, OPTIONS"};
  if (auto early = answer_early(request, policy)) return *std::move(early);
  auto headers = http::cross_origin_headers(request, policy);
  const auto refuse = [&](http::Response response) {
    return with_headers(std::move(response), headers);
  };
  const auto bearer =
      admit(context.authenticator, request, context.cookie, context.hub.now().unix_ms);
  if (!bearer) return refuse(http::error_response(bearer.error()));
  if (!request.has_json_body()) {
    return refuse(http::error_response(
        415, {ErrorCode::bad_request, "a publish needs Content-Type: application/json"}));
  }
  if (context.is_draining) return refuse(http::error_response({ErrorCode::draining, {}}));
  auto body = protocol::native::read_publish_body(request.body, context.limits.publish_batch);
  if (!body) {
    const bool is_too_big = body.error().code == ErrorCode::too_big;
    auto& counters = context.hub.counters();
    ++(is_too_big ? counters.oversized_batches_total : counters.bad_requests_total);
    return refuse(http::error_response(body.error()));
  }
  auto exchange = std::make_unique<PublishExchange>(PublishExchange::Options{
      .hub = context.hub, .connection = connection, .headers = std::move(headers)});
  const auto name = publisher_name(*bearer, request);
  exchange->publish(*std::move(body), {.bearer = *bearer, .name = name, .rates = context.rates});
  if (exchange->is_answered()) return exchange->take_response();
  return {std::move(exchange)};
}

}  // namespace weir::gateway::app
