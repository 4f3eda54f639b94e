#include "tests/bench/dialect/weir.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace weir::tests::bench {

namespace {

using Json = nlohmann::ordered_json;

std::string to_subscribe(const Subscription& subscription,
                         const std::string& topic,
                         std::size_t id) {
  std::string text = R"({"op":"subscribe","id":)" + std::to_string(id) + R"(,"filter":")" + topic +
                     R"(","delivery":")" + subscription.delivery + '"';
  if (subscription.max_rate > 0) {
    text += R"(,"max_rate":)" + std::to_string(subscription.max_rate);
  }
  return text + '}';
}

std::vector<std::string> to_subscribes(const Subscription& subscription) {
  std::vector<std::string> all{to_subscribe(subscription, subscription.topic, 1)};
  for (const std::string& topic : subscription.further_topics) {
    all.push_back(to_subscribe(subscription, topic, all.size() + 1));
  }
  return all;
}

bool has(std::string_view message, std::string_view part) {
  return message.find(part) != std::string_view::npos;
}

/// What a reply answers; 0: it is none.
std::size_t replied_id(std::string_view message) {
  constexpr std::string_view begin = R"({"re":)";
  std::size_t id = 0;
  if (!message.starts_with(begin)) return id;
  std::from_chars(message.data() + begin.size(), message.data() + message.size(), id);
  return id;
}

/// Whether its first key is `t`. In CBOR a map's head and the text of one letter are two bytes.
bool is_delivery(std::string_view message, Codec codec) {
  if (codec == Codec::json) return message.starts_with(R"({"t":)");
  return message.size() > 2 && message.substr(1, 2) == "\x61t";
}

}  // namespace

WeirDialect::WeirDialect(const Subscription& subscription)
    : codec_(subscription.codec),
      offers_deflate_(subscription.offers_deflate),
      subscribes_(to_subscribes(subscription)),
      window_bytes_(subscription.window_bytes) {
}

Upgrade WeirDialect::upgrade() const {
  using protocol::websocket::Opcode;
  const bool is_json = codec_ == Codec::json;
  return {.target = "/ws",
          .subprotocol = is_json ? "weir.v1.json" : "weir.v1.cbor",
          .opcode = is_json ? Opcode::text : Opcode::binary,
          .offers_deflate = offers_deflate_};
}

void WeirDialect::say(const std::string& request, Conversation& conversation) const {
  if (codec_ == Codec::json) return conversation.say(request);
  const auto bytes = Json::to_cbor(Json::parse(request));
  conversation.say(std::string(bytes.begin(), bytes.end()));
}

void WeirDialect::on_open(Conversation& conversation) {
  last_id_ = subscribes_.size();
  if (window_bytes_ > 0) {
    say(R"({"op":"connect","id":)" + std::to_string(++last_id_) + R"(,"window_bytes":)" +
            std::to_string(window_bytes_) + '}',
        conversation);
  }
  for (const std::string& subscribe : subscribes_) say(subscribe, conversation);
}

void WeirDialect::on_message(std::string_view message, Conversation& conversation) {
  if (!is_delivery(message, codec_)) {
    if (codec_ == Codec::json) return on_reply(message, conversation);
    const auto reply = Json::from_cbor(message, true, false);
    if (reply.is_discarded()) return conversation.on_refusal("bad CBOR");
    return on_reply(reply.dump(), conversation);
  }
  conversation.on_delivery(message);
  if (window_bytes_ == 0) return;
  handled_bytes_ += message.size();
  say(R"({"op":"ack","bytes":)" + std::to_string(handled_bytes_) + '}', conversation);
}

void WeirDialect::on_reply(std::string_view message, Conversation& conversation) {
  if (has(message, R"("op":"gap")")) conversation.on_gap();
  if (has(message, R"("ok":false)") || has(message, R"("op":"error")")) {
    conversation.on_refusal(message);
    return;
  }
  const std::size_t id = replied_id(message);
  if (id == 0 || id > subscribes_.size()) return;
  if (++confirmed_ == subscribes_.size()) conversation.on_live();
}

void WeirDialect::on_tick(Conversation& conversation) {
  say(R"({"op":"ping","id":)" + std::to_string(++last_id_) + '}', conversation);
}

WeirSource::WeirSource(std::string_view member)
    : between_(R"(",")" + std::string(member) + R"(":)") {
}

void WeirSource::append(std::string& out, std::string_view topic, std::string_view data) {
  out.append(R"({"topic":")").append(topic).append(between_).append(data).append("}\n");
}

std::optional<std::string> WeirSource::on_answer(std::string_view bytes, std::string& /*out*/) {
  return std::string(bytes);
}

}  // namespace weir::tests::bench
