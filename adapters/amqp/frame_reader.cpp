#include "adapters/amqp/frame_reader.hpp"

#include "adapters/amqp/amqp_values.hpp"

#include <amqp.h>
#include <amqp_framing.h>
#include <charconv>
#include <utility>

namespace weir::adapters::amqp {

namespace {

using Failed = protocol::Unexpected<std::string>;
using Next = protocol::Result<std::optional<common::BrokerEvent>, std::string>;

Failed out_of_order() {
  return Failed("the broker breaks the order of frames");
}

/// Which of our messages came back.
std::uint64_t tag_of(const common::Message& returned) {
  std::uint64_t tag = 0;
  for (const auto& [name, value] : returned.headers) {
    if (name != tag_header) continue;
    const char* const begin = value.data();
    std::from_chars(begin, begin + value.size(), tag);
  }
  return tag;
}

}  // namespace

Next FrameReader::on_frame(const amqp_frame_t& frame) {
  ContentAssembler& contents = frame.channel == publish_channel ? returns_ : deliveries_;
  switch (frame.frame_type) {
    case AMQP_FRAME_METHOD:
      return on_method(frame.payload.method);
    case AMQP_FRAME_HEADER:
      if (!contents.on_header(frame.payload.properties.body_size)) return out_of_order();
      copy_properties(
          *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded),
          contents.content());
      break;
    case AMQP_FRAME_BODY:
      if (!contents.on_body(view_of(frame.payload.body_fragment))) return out_of_order();
      break;
    default:
      return std::optional<common::BrokerEvent>();
  }
  if (!contents.is_whole()) return std::optional<common::BrokerEvent>();
  common::Message whole = contents.take();
  if (&contents == &deliveries_) return std::optional<common::BrokerEvent>(std::move(whole));
  return std::optional<common::BrokerEvent>(
      common::Returned{tag_of(whole), "the broker has no queue for it: " + whole.subject});
}

Next FrameReader::on_method(const amqp_method_t& method) {
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto& deliver = *static_cast<const amqp_basic_deliver_t*>(method.decoded);
      common::Message begun;
      begun.tag = deliver.delivery_tag;
      begun.origin = view_of(deliver.exchange);
      begun.subject = view_of(deliver.routing_key);
      if (!deliveries_.begin(std::move(begun))) return out_of_order();
      return std::optional<common::BrokerEvent>();
    }
    case AMQP_BASIC_RETURN_METHOD: {
      common::Message begun;  // its subject holds the reason until it is whole
      begun.subject = view_of(static_cast<const amqp_basic_return_t*>(method.decoded)->reply_text);
      if (!returns_.begin(std::move(begun))) return out_of_order();
      return std::optional<common::BrokerEvent>();
    }
    case AMQP_BASIC_ACK_METHOD: {
      const auto& ack = *static_cast<const amqp_basic_ack_t*>(method.decoded);
      return std::optional<common::BrokerEvent>(
          common::Confirm{ack.delivery_tag, ack.multiple != 0, true});
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& nack = *static_cast<const amqp_basic_nack_t*>(method.decoded);
      return std::optional<common::BrokerEvent>(
          common::Confirm{nack.delivery_tag, nack.multiple != 0, false});
    }
    case AMQP_BASIC_CANCEL_METHOD:
      return Failed("the queue was deleted");
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
      return Failed(text_of_close(method));
    default:
      return std::optional<common::BrokerEvent>();
  }
}

}  // namespace weir::adapters::amqp
