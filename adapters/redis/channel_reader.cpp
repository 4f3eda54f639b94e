#include "adapters/redis/channel_reader.hpp"

#include "adapters/redis/redis_config.hpp"
#include "adapters/redis/stream_reader.hpp"

#include <hiredis/hiredis.h>
#include <utility>

namespace weir::adapters::redis {

namespace {

/// A command for the exact ones, and one for the others.
std::vector<Words> commands(const std::string& exact,
                            const std::string& with_pattern,
                            std::span<const common::SubjectPattern> channels) {
  Words channel_words{exact};
  Words pattern_words{with_pattern};
  for (const common::SubjectPattern& channel : channels)
    (channel.is_exact ? channel_words : pattern_words).push_back(channel.text);
  std::vector<Words> made;
  if (channel_words.size() > 1) made.push_back(std::move(channel_words));
  if (pattern_words.size() > 1) made.push_back(std::move(pattern_words));
  return made;
}

}  // namespace

common::SubjectPattern to_pattern(const std::string& channel) {
  return {.text = channel, .is_exact = !is_glob(channel)};
}

std::vector<Words> ChannelReader::subscribe(std::uint64_t id,
                                            std::span<const common::SubjectPattern> channels) {
  for (const common::SubjectPattern& channel : channels)
    (channel.is_exact ? channels_ : patterns_)[channel.text] = id;
  unconfirmed_ += channels.size();
  return commands("SUBSCRIBE", "PSUBSCRIBE", channels);
}

std::vector<Words> ChannelReader::unsubscribe(std::span<const common::SubjectPattern> channels) {
  for (const common::SubjectPattern& channel : channels)
    (channel.is_exact ? channels_ : patterns_).erase(channel.text);
  return commands("UNSUBSCRIBE", "PUNSUBSCRIBE", channels);
}

void ChannelReader::on_reply(const redisReply& reply, std::deque<common::BrokerEvent>& out) {
  if (reply.type == REDIS_REPLY_ERROR) {
    out.emplace_back(common::Complaint{"the server says: " + std::string(text_of(reply))});
    unconfirmed_ = 0;  // nobody says which, nor whether others follow
    return;
  }
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements == 0) return;
  const std::span<redisReply* const> items(reply.element, reply.elements);
  const std::string_view what = text_of(*items[0]);
  if (what == "subscribe" || what == "psubscribe") {
    if (unconfirmed_ > 0) --unconfirmed_;
    return;
  }
  const bool is_by_pattern = what == "pmessage" && items.size() == 4;
  if (!is_by_pattern && !(what == "message" && items.size() == 3)) return;
  const Ids& ids = is_by_pattern ? patterns_ : channels_;
  const auto at = ids.find(text_of(*items[1]));
  if (at == ids.end()) return;  // it was unsubscribed from
  const std::string_view body = text_of(*items.back());
  common::Message message;
  message.subscription = at->second;
  message.subject = text_of(*items[items.size() - 2]);
  message.body_bytes = body.size();
  message.is_too_big = body.size() > body_bytes_max_;
  if (!message.is_too_big) message.body = body;
  out.emplace_back(std::move(message));
}

}  // namespace weir::adapters::redis
