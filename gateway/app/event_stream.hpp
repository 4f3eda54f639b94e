#pragma once

#include "gateway/app/client_context.hpp"
#include "gateway/http/message.hpp"
#include "gateway/session/endpoint.hpp"
#include "gateway/session/reply_port.hpp"
#include "gateway/session/session.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::app {

/// The response to a request for Server-Sent Events: a session like any other, whose requests come
/// from the query, and whose messages are events. Its head waits until all filters are subscribed;
/// where one is refused, the whole request is. Owned by its connection; the hub outlives it.
class EventStream final : public session::Endpoint, private session::ReplyPort {
public:
  /// The request and the context live for the call.
  EventStream(const http::Request& request,
              session::ConnectionPort& connection,
              const ClientContext& context,
              Now now);
  ~EventStream() override = default;
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  // Endpoint
  void on_message(protocol::MessageType /*type*/,
                  std::string_view /*message*/,
                  Now /*now*/) override {}
  void on_activity(Now /*now*/) override {}
  [[nodiscard]] bool wants_input() const override { return true; }
  void pull(std::size_t budget_bytes, WriteBatch& out, Now now) override;
  [[nodiscard]] std::optional<TimePoint> deadline() const override;
  void on_deadline(Now now) override;
  void on_closed(protocol::CloseReason reason, Now now) override;

private:
  // ReplyPort
  void on_reply(protocol::RequestId re, const Body& body) override;

  void open(const http::Request& request, const ClientContext& context, Now now);
  void refuse(const http::Response& response);
  void send_head(const http::Response& response,
                 const http::ResponseOptions& options,
                 WriteBatch& out);

  session::ConnectionPort& connection_;
  std::vector<http::Header> headers_;
  std::unique_ptr<session::Session> session_;  ///< nullptr: it was refused before it had one
  std::size_t missing_ = 0;                    ///< replies
  std::optional<http::Response> refusal_;      ///< goes instead of events
  bool has_begun_ = false;                     ///< the head was sent
  bool is_refused_ = false;
};

}  // namespace weir::gateway::app
