#include "clients/cli/subscriber.hpp"

#include "clients/cli/delivery_line.hpp"
#include "clients/cli/event_note.hpp"
#include "protocol/core/topic.hpp"

#include <fmt/format.h>

namespace weir::clients::cli {
namespace {

Output say(std::string line) {
  return {.err = "weir sub: " + std::move(line) + "\n"};
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
  if (const auto* delivered = std::get_if<cpp::Delivered>(&event)) return on_delivered(*delivered);
  const auto note = note_of(event);
  auto output = note.sentence.empty() ? Output{} : say(note.sentence);
  output.exit = note.exit;
  return output;
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

Output Subscriber::on_delivered(const cpp::Delivered& delivery) {
  Output output{.out = options_.as_json ? json_line(delivery) : text_line(delivery)};
  if (++delivered_ == options_.count) output.exit = ExitCode::done;
  return output;
}

}  // namespace weir::clients::cli
