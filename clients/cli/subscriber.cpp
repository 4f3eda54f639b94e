#include "clients/cli/subscriber.hpp"

#include "clients/cli/delivery_line.hpp"
#include "protocol/core/topic.hpp"

#include <fmt/format.h>

namespace weir::clients::cli {
namespace {

Output say(std::string line) {
  return {.err = "weir sub: " + std::move(line) + "\n"};
}

std::string describe(const protocol::Error& error) {
  return fmt::format("{}: {}", protocol::info(error.code).name, error.message());
}

}  // namespace

protocol::Result<void, std::string> Subscriber::check(const SubOptions& options) {
  if (options.filters.empty())
    return protocol::Unexpected(std::string("at least one FILTER is needed"));
  for (const auto& filter : options.filters) {
    if (const auto valid = protocol::check_filter(filter); !valid) {
      return protocol::Unexpected(fmt::format("\"{}\": {}", filter, valid.error().message()));
    }
  }
  return {};
}

Output Subscriber::on(const cpp::ClientEvent& event) {
  return std::visit([this](const auto& one) { return on_event(one); }, event);
}

Output Subscriber::on_time_over() const {
  if (!options_.count) return {.exit = ExitCode::done};
  auto output =
      say(fmt::format("time is over after {} of {} updates", delivered_, *options_.count));
  output.exit = ExitCode::timeout;
  return output;
}

Output Subscriber::on_interrupt() const {
  return {.exit = options_.count ? ExitCode::failed : ExitCode::done};
}

Output Subscriber::on_event(const cpp::Connected& event) {
  return say(fmt::format("connected to {}, session {}", event.server, event.session));
}

Output Subscriber::on_event(const cpp::Disconnected& event) {
  const auto what =
      event.reason.empty() ? fmt::format("closed with code {}", event.code) : event.reason;
  if (event.retry_in) {
    const auto seconds = static_cast<double>(event.retry_in->count()) / 1000;
    return say(fmt::format("disconnected ({}), trying again in {:.1f} s", what, seconds));
  }
  auto output = say(what);
  output.exit = ExitCode::failed;
  return output;
}

Output Subscriber::on_event(const cpp::Reply& event) {
  if (!event.error) return {};
  auto output = say(describe(*event.error));
  output.exit = ExitCode::refused;
  return output;
}

Output Subscriber::on_event(const cpp::Problem& event) {
  return say(describe(event.error));
}

Output Subscriber::on_event(const cpp::TopicIntroduced& /*event*/) {
  return {};
}

Output Subscriber::on_event(const cpp::Ready& /*event*/) {
  return {};
}

Output Subscriber::on_event(const cpp::Delivered& event) {
  Output output{.out = options_.as_json ? json_line(event) : text_line(event)};
  if (++delivered_ == options_.count) output.exit = ExitCode::done;
  return output;
}

Output Subscriber::on_event(const cpp::Gap& event) {
  const auto lost = event.lost ? std::to_string(*event.lost) : "an unknown number of";
  const auto from = event.from ? std::to_string(*event.from) : "?";
  return say(fmt::format("gap in {}: {} entries lost, from {} to {} ({})",
                         event.topic,
                         lost,
                         from,
                         event.to,
                         protocol::name(event.cause)));
}

Output Subscriber::on_event(const cpp::Stale& event) {
  return say(fmt::format(
      "{} is {}", event.topic, event.is_stale ? "stale: its source is away" : "live again"));
}

Output Subscriber::on_event(const cpp::LimitsChanged& event) {
  return say(fmt::format("the limits have changed: {} bytes/s, {} messages/s; 0: none",
                         event.limits.bytes_per_s,
                         event.limits.messages_per_s));
}

Output Subscriber::on_event(const cpp::Goodbye& event) {
  return say(fmt::format("the gateway says goodbye: {} ({})", event.reason, event.code));
}

}  // namespace weir::clients::cli
