#pragma once

#include "tests/bench/dialect/dialect.hpp"
#include "tests/bench/dialect/source.hpp"

namespace weir::tests::bench {

/// nchan's WebSocket subscriber: each message is one published thing, and nothing else is said.
class NchanDialect final : public Dialect {
public:
  /// `topic`: the channel's id.
  explicit NchanDialect(std::string_view topic) : target_("/sub?id=" + std::string(topic)) {}

  [[nodiscard]] Upgrade upgrade() const override { return {.target = target_}; }
  /// nchan subscribes before it answers the upgrade, so nothing more confirms it.
  void on_open(Conversation& conversation) override { conversation.on_live(); }
  void on_message(std::string_view message, Conversation& conversation) override {
    conversation.on_delivery(message);
  }

private:
  std::string target_;
};

/// nchan's publisher: an HTTP POST for each, on one connection that is kept.
class NchanSource final : public Source {
public:
  void append(std::string& out, std::string_view topic, std::string_view data) override;
  [[nodiscard]] std::optional<std::string> on_answer(std::string_view bytes,
                                                     std::string& out) override;

private:
  std::string unread_;  ///< of the answers, what may be the beginning of a status line
};

}  // namespace weir::tests::bench
