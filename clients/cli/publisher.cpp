#include "clients/cli/publisher.hpp"

#include "protocol/core/topic.hpp"
#include "protocol/core/utf8.hpp"
#include "protocol/native/json_checker.hpp"
#include "protocol/native/json_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace weir::clients::cli {
namespace {

namespace native = protocol::native;
using protocol::Result;
using protocol::Unexpected;

/// What `text` stands for as a payload.
Result<protocol::Payload, std::string> to_payload(std::string_view text, DataFormat format) {
  if (!protocol::is_utf8(text)) return Unexpected(std::string("the data is not UTF-8"));
  if (format == DataFormat::text) {
    protocol::Payload payload;
    native::append_string(text, payload.bytes);
    return payload;
  }
  // As the only member of an object, which is what the gateway will read it as.
  constexpr std::string_view before = "{\"data\":";
  const auto object = std::string(before).append(text).append("}");
  const auto checked = native::check_object(object, native::JsonRules::of_request());
  if (checked.fault || checked.members.size() != 1) {
    // The end of our object may have been taken for the end of theirs.
    const auto behind = text.size() + 1;
    const auto column =
        checked.fault ? std::min(checked.fault->at - before.size() + 1, behind) : behind;
    const auto what = checked.fault ? checked.fault->what : std::string("expected one value");
    return Unexpected(
        fmt::format("the data is not JSON, column {}: {}; for plain text use --data-format text",
                    column,
                    what));
  }
  const auto read = native::read_payload(checked.members.front().value);
  if (read.is_broken_base64) return Unexpected(std::string("\"b64\" is not base64"));
  return read.payload;
}

std::string line(std::string_view text) {
  return fmt::format("weir pub: {}\n", text);
}

}  // namespace

Publisher::Publisher(PubOptions options) : options_(std::move(options)) {
  current_.topic = options_.topic;
  data_ = options_.data;
  is_input_over_ = data_.has_value();
}

Result<void, std::string> Publisher::check(const PubOptions& options) {
  if (const auto valid = protocol::check_topic(options.topic); !valid) {
    return Unexpected(fmt::format("\"{}\": {}", options.topic, valid.error().message()));
  }
  if (!options.data) return {};
  if (const auto payload = to_payload(*options.data, options.format); !payload)
    return Unexpected(payload.error());
  return {};
}

Publisher::Step Publisher::on(const cpp::ClientEvent& event) {
  if (has_ended_) return {};
  if (std::holds_alternative<cpp::Connected>(event)) {
    is_connected_ = true;
    return next();
  }
  if (const auto* reply = std::get_if<cpp::Reply>(&event)) return on_reply(*reply);
  if (const auto* problem = std::get_if<cpp::Problem>(&event)) {
    return {.output = {.err = line(problem->error.message())}};
  }
  const auto* end_of_connection = std::get_if<cpp::Disconnected>(&event);
  if (end_of_connection == nullptr) return {};
  const auto& reason = end_of_connection->reason;
  return end(
      ExitCode::failed,
      line(reason.empty() ? fmt::format("closed with code {}", end_of_connection->code) : reason));
}

Publisher::Step Publisher::on_input(std::string_view bytes) {
  if (bytes.empty()) is_input_over_ = true;
  lines_.append(bytes);
  return next();
}

Publisher::Step Publisher::on_pause() {
  if (has_ended_) return {};
  return {Want::publish, current_, {}};
}

Publisher::Step Publisher::on_interrupt() {
  if (has_ended_) return {};
  return end(ExitCode::failed, line("interrupted"));
}

std::optional<std::string> Publisher::next_line() {
  if (options_.data) return std::exchange(data_, std::nullopt);
  auto text = lines_.next();
  // An empty line is no JSON, and an accident more often than a message.
  while (text && text->empty()) text = lines_.next();
  return text || !is_input_over_ ? text : lines_.rest();
}

Publisher::Step Publisher::next() {
  if (has_ended_ || !is_connected_) return {};
  std::string err;
  while (const auto text = next_line()) {
    auto payload = to_payload(*text, options_.format);
    if (payload) return publish(*std::move(payload), std::move(err));
    ++refused_;
    err.append(line(place() + payload.error()));
  }
  if (!is_input_over_) return {.want = Want::input, .output = {.err = std::move(err)}};
  return end(refused_ == 0 ? ExitCode::done : ExitCode::refused, std::move(err));
}

Publisher::Step Publisher::publish(protocol::Payload payload, std::string err) {
  current_.payload = std::move(payload);
  attempts_ = 1;
  return {Want::publish, current_, {.err = std::move(err)}};
}

Publisher::Step Publisher::on_reply(const cpp::Reply& reply) {
  if (!reply.error) return next();
  if (reply.error->code == protocol::ErrorCode::rate && attempts_ < attempts_max) {
    ++attempts_;
    return {.want = Want::pause};
  }
  ++refused_;
  auto said = line(fmt::format(
      "{}{}: {}", place(), protocol::info(reply.error->code).name, reply.error->message()));
  auto step = next();
  step.output.err.insert(0, said);
  return step;
}

Publisher::Step Publisher::end(ExitCode code, std::string err) {
  has_ended_ = true;
  return {Want::stop, {}, {.err = std::move(err), .exit = code}};
}

std::string Publisher::place() const {
  return options_.data ? std::string() : fmt::format("line {}: ", lines_.line_number());
}

}  // namespace weir::clients::cli
