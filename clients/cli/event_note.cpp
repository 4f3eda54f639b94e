#include "clients/cli/event_note.hpp"

#include <fmt/format.h>

namespace weir::clients::cli {
namespace {

std::string describe(const protocol::Error& error) {
  return fmt::format("{}: {}", protocol::info(error.code).name, error.message());
}

EventNote note(const cpp::Connected& event) {
  return {fmt::format("connected to {}, session {}", event.server, event.session)};
}

EventNote note(const cpp::Disconnected& event) {
  const auto what =
      event.reason.empty() ? fmt::format("closed with code {}", event.code) : event.reason;
  if (!event.retry_in) return {what, ExitCode::failed};
  const auto seconds = static_cast<double>(event.retry_in->count()) / 1000;
  return {fmt::format("disconnected ({}), trying again in {:.1f} s", what, seconds)};
}

EventNote note(const cpp::Reply& event) {
  if (!event.error) return {};
  return {describe(*event.error), ExitCode::refused};
}

EventNote note(const cpp::Problem& event) {
  return {describe(event.error)};
}

EventNote note(const cpp::TopicIntroduced& /*event*/) {
  return {};
}

EventNote note(const cpp::Ready& /*event*/) {
  return {};
}

EventNote note(const cpp::Delivered& /*event*/) {
  return {};
}

EventNote note(const cpp::Gap& event) {
  const auto lost = event.lost ? std::to_string(*event.lost) : "an unknown number of";
  const auto from = event.from ? std::to_string(*event.from) : "?";
  return {fmt::format("gap in {}: {} entries lost, from {} to {} ({})",
                      event.topic,
                      lost,
                      from,
                      event.to,
                      protocol::name(event.cause))};
}

EventNote note(const cpp::Stale& event) {
  return {fmt::format(
      "{} is {}", event.topic, event.is_stale ? "stale: its source is away" : "live again")};
}

EventNote note(const cpp::LimitsChanged& event) {
  return {fmt::format("the limits have changed: {} bytes/s, {} messages/s, {} ms; 0: none",
                      event.limits.bytes_per_s,
                      event.limits.messages_per_s,
                      event.limits.max_delay_ms)};
}

EventNote note(const cpp::Goodbye& event) {
  return {fmt::format("the gateway says goodbye: {} ({})", event.reason, event.code)};
}

}  // namespace

EventNote note_of(const cpp::ClientEvent& event) {
  return std::visit([](const auto& one) { return note(one); }, event);
}

}  // namespace weir::clients::cli
