#include "tests/bench/dialect/nats.hpp"

#include <algorithm>
#include <charconv>

namespace weir::tests::bench {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view connect =
    R"(CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1","protocol":1})"
    "\r\n";

std::string to_subject(std::string_view topic) {
  std::string subject(topic);
  std::replace(subject.begin(), subject.end(), '/', '.');
  std::replace(subject.begin(), subject.end(), '+', '*');
  return subject;
}

/// The last word of a MSG line.
std::size_t payload_bytes(std::string_view line) {
  const std::string_view number = line.substr(line.rfind(' ') + 1);
  std::size_t bytes = 0;
  std::from_chars(number.data(), number.data() + number.size(), bytes);
  return bytes;
}

}  // namespace

std::optional<NatsOperation> take_nats_operation(std::string_view& stream) {
  const std::size_t end = stream.find(line_end);
  if (end == std::string_view::npos) return std::nullopt;
  NatsOperation operation{.line = stream.substr(0, end)};
  std::size_t used = end + line_end.size();
  if (operation.line.starts_with("MSG ")) {
    const std::size_t bytes = payload_bytes(operation.line);
    if (stream.size() < used + bytes + line_end.size()) return std::nullopt;
    operation.payload = stream.substr(used, bytes);
    used += bytes + line_end.size();
  }
  stream.remove_prefix(used);
  return operation;
}

NatsDialect::NatsDialect(std::string_view topic) : subject_(to_subject(topic)) {
}

Upgrade NatsDialect::upgrade() const {
  return {.target = "/", .opcode = protocol::websocket::Opcode::binary};
}

void NatsDialect::on_open(Conversation& conversation) {
  conversation.say(std::string(connect) + "SUB " + subject_ + " 1\r\nPING\r\n");
}

void NatsDialect::on_message(std::string_view message, Conversation& conversation) {
  const bool is_joined = !unread_.empty();
  if (is_joined) unread_ += message;
  std::string_view stream = is_joined ? std::string_view(unread_) : message;
  while (const auto operation = take_nats_operation(stream)) on_operation(*operation, conversation);
  unread_ = std::string(stream);
}

void NatsDialect::on_operation(const NatsOperation& operation, Conversation& conversation) {
  if (operation.line.starts_with("MSG ")) {
    conversation.on_delivery(operation.payload);
  } else if (operation.line == "PONG") {
    conversation.on_live();
  } else if (operation.line == "PING") {
    conversation.say("PONG\r\n");
  } else if (!operation.line.starts_with("INFO ")) {
    conversation.on_refusal(operation.line);
  }
}

void NatsSource::begin(std::string& out) {
  out += connect;
}

void NatsSource::append(std::string& out, std::string_view topic, std::string_view data) {
  out.append("PUB ").append(to_subject(topic)).append(1, ' ');
  out.append(std::to_string(data.size())).append(line_end);
  out.append(data).append(line_end);
}

std::optional<std::string> NatsSource::on_answer(std::string_view bytes, std::string& out) {
  unread_ += bytes;
  std::string_view stream = unread_;
  while (const auto operation = take_nats_operation(stream)) {
    if (operation->line == "PING") {
      out += "PONG\r\n";
    } else if (!operation->line.starts_with("INFO ")) {
      return std::string(operation->line);
    }
  }
  unread_ = std::string(stream);
  return std::nullopt;
}

}  // namespace weir::tests::bench
