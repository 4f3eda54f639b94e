#include "adapters/redis/stream_reader.hpp"

#include "adapters/common/json_text.hpp"
#include "protocol/core/utf8.hpp"

#include <functional>
#include <hiredis/hiredis.h>
#include <span>
#include <utility>

namespace weir::adapters::redis {

namespace {

using Failed = protocol::Unexpected<std::string>;

std::span<redisReply* const> items_of(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_ARRAY) return {};
  return {reply.element, reply.elements};
}

std::uint64_t number_of(const redisReply& reply) {
  return reply.type == REDIS_REPLY_INTEGER ? static_cast<std::uint64_t>(reply.integer) : 0;
}

/// An entry is its id and its fields.
bool is_entry(const redisReply& reply) {
  const auto items = items_of(reply);
  return items.size() == 2 && items[0]->type == REDIS_REPLY_STRING;
}

std::string_view id_of(const redisReply& entry) {
  return is_entry(entry) ? text_of(*items_of(entry)[0]) : std::string_view("0-0");
}

const redisReply& fields_of(const redisReply& entry) {
  return *items_of(entry)[1];
}

std::uint64_t fingerprint_of(const redisReply& fields) {
  std::string joined;
  for (const redisReply* const item : items_of(fields)) {
    joined += std::to_string(text_of(*item).size());
    joined += ':';
    joined += text_of(*item);
  }
  return std::hash<std::string>()(joined);
}

}  // namespace

std::string_view text_of(const redisReply& reply) {
  if (reply.str == nullptr) return {};
  return {reply.str, static_cast<std::size_t>(reply.len)};
}

protocol::Result<StreamInfo, std::string> to_info(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_ERROR) {
    if (text_of(reply).starts_with("ERR no such key")) return StreamInfo();
    return Failed(std::string(text_of(reply)));
  }
  StreamInfo info;
  info.exists = true;
  const auto items = items_of(reply);
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const std::string_view name = text_of(*items[i]);
    const redisReply& value = *items[i + 1];
    if (name == "length") info.length = number_of(value);
    if (name == "last-generated-id") info.last_id = text_of(value);
    if (name == "entries-added") info.added = number_of(value);
    if (name == "first-entry") info.first_id = id_of(value);
  }
  return info;
}

StreamReader::StreamReader(const Options& options) : options_(options) {
  for (const std::string& key : options.streams) streams_.push_back({.key = key, .position = {}});
}

Words StreamReader::begin() {
  for (Stream& stream : streams_) stream.has_news = true;  // while we were away
  return next_command();
}

Words StreamReader::next_command() {
  for (std::size_t i = 1; i <= streams_.size(); ++i) {
    const std::size_t index = (current_ + i) % streams_.size();
    if (!streams_[index].has_news) continue;
    current_ = index;
    return current().has_begun ? ask_range() : ask_info();
  }
  return ask_news();
}

Words StreamReader::ask_info() {
  step_ = Step::info;
  return {"XINFO", "STREAM", current().key};
}

Words StreamReader::ask_range() {
  step_ = Step::range;
  return {"XRANGE", current().key, current().position.id, "+", "COUNT", std::to_string(batch + 1)};
}

Words StreamReader::ask_news() {
  step_ = Step::wait;
  Words words{"XREAD", "COUNT", "1", "BLOCK", std::to_string(options_.wait.count()), "STREAMS"};
  for (const Stream& stream : streams_) words.push_back(stream.key);
  for (const Stream& stream : streams_) words.push_back(stream.position.id);
  return words;
}

protocol::Result<Words, std::string> StreamReader::on_reply(const redisReply& reply,
                                                            std::deque<common::BrokerEvent>& out) {
  switch (step_) {
    case Step::info: {
      const auto info = to_info(reply);
      if (!info) return Failed(info.error());
      on_info(*info, out);
      return ask_range();
    }
    case Step::range:
      if (reply.type == REDIS_REPLY_ERROR) return Failed(std::string(text_of(reply)));
      if (!on_range(reply, out)) return ask_info();
      return next_command();
    case Step::wait:
      if (reply.type == REDIS_REPLY_ERROR) return Failed(std::string(text_of(reply)));
      on_news(reply);
      return next_command();
  }
  return next_command();
}

void StreamReader::on_info(const StreamInfo& info, std::deque<common::BrokerEvent>& out) {
  Stream& stream = current();
  if (!std::exchange(stream.has_begun, true)) {
    stream.position = options_.from == From::newest ? newest_position(info) : oldest_position(info);
  } else {
    StreamVerdict verdict = judge(stream.position, info);
    stream.position = std::move(verdict.position);
    if (verdict.loss)
      out.emplace_back(common::Loss{.cause = *verdict.loss, .origin = stream.key, .filter = {}});
  }
  stream.is_judged = true;
}

bool StreamReader::on_range(const redisReply& reply, std::deque<common::BrokerEvent>& out) {
  Stream& stream = current();
  StreamPosition& position = stream.position;
  auto entries = items_of(reply);
  const bool has_more = entries.size() == batch + 1;
  const bool is_there = !entries.empty() && id_of(*entries[0]) == position.id;
  if (is_there) {
    const std::uint64_t fingerprint = fingerprint_of(fields_of(*entries[0]));
    if (position.fingerprint && *position.fingerprint != fingerprint)
      out.emplace_back(
          common::Loss{.cause = WEIR_CAUSE_SOURCE, .origin = stream.key, .filter = {}});
    position.fingerprint = fingerprint;
    entries = entries.subspan(1);
  } else if (!std::exchange(stream.is_judged, false) && position.id != "0-0") {
    return false;
  }
  stream.is_judged = false;
  for (const redisReply* const entry : entries) {
    if (!is_entry(*entry)) continue;
    position.id = id_of(*entry);
    if (position.ordinal) ++*position.ordinal;
    common::Message message = to_message(fields_of(*entry));
    message.subject = stream.key;
    message.origin = stream.key;
    out.emplace_back(std::move(message));
  }
  if (!entries.empty()) position.fingerprint = fingerprint_of(fields_of(*entries.back()));
  stream.has_news = has_more;
  return true;
}

void StreamReader::on_news(const redisReply& reply) {
  for (const redisReply* const item : items_of(reply)) {
    const auto pair = items_of(*item);
    if (pair.size() != 2) continue;
    for (Stream& stream : streams_) {
      if (stream.key == text_of(*pair[0])) stream.has_news = true;
    }
  }
}

common::Message StreamReader::to_message(const redisReply& fields) const {
  common::Message message;
  const auto items = items_of(fields);
  const bool takes_all = options_.payload.empty();
  if (takes_all) message.body = "{";
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const std::string_view name = text_of(*items[i]);
    const std::string_view value = text_of(*items[i + 1]);
    if (takes_all) {
      if (i != 0) message.body += ',';
      common::append_json_string(message.body, name);
      message.body += ':';
      common::append_json_string(message.body, value);
    } else if (name == options_.payload) {
      message.body = value;
      continue;
    }
    if (protocol::is_utf8(name) && protocol::is_utf8(value))
      message.headers.emplace_back(name, value);
  }
  if (takes_all) message.body += '}';
  message.body_bytes = message.body.size();
  message.is_too_big = message.body_bytes > options_.body_bytes_max;
  if (message.is_too_big) message.body.clear();
  return message;
}

}  // namespace weir::adapters::redis
