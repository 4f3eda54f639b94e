#include "adapters/tcp/feed_input.hpp"

#include "protocol/core/json_from_cbor.hpp"
#include "protocol/core/limits.hpp"

namespace weir::adapters::tcp {

using protocol::ErrorCode;

namespace {

/// More than any message of a feed has; what they are called is checked by who reads them.
constexpr std::size_t members_max = 16;
constexpr protocol::CborRules rules{.depth_max = protocol::json_depth_max + 1,
                                    .members_max = members_max,
                                    .is_unambiguous = true,
                                    .bytes_name = "data"};

}  // namespace

FeedInput::FeedInput(FeedFormat format, std::size_t message_bytes_max)
    : splitter_(common::LineSplitter(message_bytes_max)), message_bytes_max_(message_bytes_max) {
  if (format == FeedFormat::cbor) splitter_ = common::FrameSplitter(message_bytes_max);
}

std::span<char> FeedInput::prepare() {
  return std::visit([](auto& splitter) { return splitter.prepare(); }, splitter_);
}

void FeedInput::commit(std::size_t bytes) {
  std::visit([&](auto& splitter) { splitter.commit(bytes); }, splitter_);
}

void FeedInput::set_message_bytes_max(std::size_t bytes) {
  message_bytes_max_ = bytes;
  std::visit([&](auto& splitter) { splitter.set_bytes_max(bytes); }, splitter_);
}

std::optional<FeedMessage> FeedInput::next() {
  return read(std::visit([](auto& splitter) { return splitter.next(); }, splitter_));
}

std::optional<FeedMessage> FeedInput::last() {
  return read(std::visit([](auto& splitter) { return splitter.last(); }, splitter_));
}

std::optional<FeedMessage> FeedInput::read(const std::optional<common::Line>& piece) {
  if (!piece) return std::nullopt;
  const bool is_line = std::holds_alternative<common::LineSplitter>(splitter_);
  if (piece->is_too_long) {
    return FeedMessage{
        {},
        piece->number,
        protocol::Error{ErrorCode::too_big,
                        std::string(is_line ? "the line" : "the frame") +
                            " is above feed_line_bytes = " + std::to_string(message_bytes_max_)}};
  }
  // An empty frame says as little as a blank line.
  if (is_line || piece->text.empty()) return FeedMessage{piece->text, piece->number, std::nullopt};
  auto& json = texts_.emplace_back();
  const auto fault = protocol::append_json_from_cbor(piece->text, rules, json);
  if (!fault) return FeedMessage{json, piece->number, std::nullopt};
  return FeedMessage{{},
                     piece->number,
                     protocol::Error{ErrorCode::bad_request,
                                     fault->what + " at byte " + std::to_string(fault->at + 1)}};
}

}  // namespace weir::adapters::tcp
