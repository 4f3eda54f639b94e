#pragma once

#include "tests/bench/dialect/dialect.hpp"
#include "tests/bench/dialect/preset.hpp"
#include "tests/bench/dialect/source.hpp"

#include <cstdint>

namespace weir::tests::bench {

/// weir.v1.json: one subscribe; with a window, each delivery is acknowledged when it is handled.
/// Source: protocol/native/SPEC.md.
class WeirDialect final : public Dialect {
public:
  explicit WeirDialect(const Subscription& subscription);

  [[nodiscard]] Upgrade upgrade() const override;
  void on_open(Conversation& conversation) override;
  void on_message(std::string_view message, Conversation& conversation) override;
  void on_tick(Conversation& conversation) override;

private:
  void on_reply(std::string_view message, Conversation& conversation);

  std::string subscribe_;
  std::uint64_t window_bytes_;
  std::uint64_t handled_bytes_ = 0;
  std::uint64_t last_id_ = 0;
};

/// The TCP feed: a line of JSON for each. Source: adapters/tcp/README.md.
class WeirSource final : public Source {
public:
  explicit WeirSource(std::string_view topic);

  void append(std::string& out, std::string_view data) override;
  /// It only answers to complain.
  [[nodiscard]] std::optional<std::string> on_answer(std::string_view bytes,
                                                     std::string& out) override;

private:
  std::string before_data_;
};

}  // namespace weir::tests::bench
