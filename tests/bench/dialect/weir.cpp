#include "tests/bench/dialect/weir.hpp"

namespace weir::tests::bench {

namespace {

constexpr std::uint64_t subscribe_id = 1;

std::string to_subscribe(const Subscription& subscription) {
  std::string text = R"({"op":"subscribe","id":)" + std::to_string(subscribe_id) +
                     R"(,"filter":")" + subscription.topic + R"(","delivery":")" +
                     subscription.delivery + '"';
  if (subscription.max_rate > 0) {
    text += R"(,"max_rate":)" + std::to_string(subscription.max_rate);
  }
  return text + '}';
}

bool has(std::string_view message, std::string_view part) {
  return message.find(part) != std::string_view::npos;
}

}  // namespace

WeirDialect::WeirDialect(const Subscription& subscription)
    : subscribe_(to_subscribe(subscription)), window_bytes_(subscription.window_bytes) {
}

Upgrade WeirDialect::upgrade() const {
  return {.target = "/ws", .subprotocol = "weir.v1.json"};
}

void WeirDialect::on_open(Conversation& conversation) {
  last_id_ = subscribe_id;
  if (window_bytes_ > 0) {
    conversation.say(R"({"op":"connect","id":)" + std::to_string(++last_id_) +
                     R"(,"window_bytes":)" + std::to_string(window_bytes_) + '}');
  }
  conversation.say(subscribe_);
}

void WeirDialect::on_message(std::string_view message, Conversation& conversation) {
  if (!message.starts_with(R"({"t":)")) {
    on_reply(message, conversation);
    return;
  }
  conversation.on_delivery(message);
  if (window_bytes_ == 0) return;
  handled_bytes_ += message.size();
  conversation.say(R"({"op":"ack","bytes":)" + std::to_string(handled_bytes_) + '}');
}

void WeirDialect::on_reply(std::string_view message, Conversation& conversation) {
  if (has(message, R"("op":"gap")")) conversation.on_gap();
  if (has(message, R"("ok":false)") || has(message, R"("op":"error")")) {
    conversation.on_refusal(message);
  } else if (message.starts_with(R"({"re":1,)")) {
    conversation.on_live();
  }
}

void WeirDialect::on_tick(Conversation& conversation) {
  conversation.say(R"({"op":"ping","id":)" + std::to_string(++last_id_) + '}');
}

WeirSource::WeirSource(std::string_view topic)
    : before_data_(R"({"topic":")" + std::string(topic) + R"(","data":)") {
}

void WeirSource::append(std::string& out, std::string_view data) {
  out.append(before_data_).append(data).append("}\n");
}

std::optional<std::string> WeirSource::on_answer(std::string_view bytes, std::string& /*out*/) {
  return std::string(bytes);
}

}  // namespace weir::tests::bench
