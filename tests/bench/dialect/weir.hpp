#pragma once

#include "tests/bench/dialect/dialect.hpp"
#include "tests/bench/dialect/preset.hpp"
#include "tests/bench/dialect/source.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::tests::bench {

/// weir.v1.json or weir.v1.cbor: a subscribe for each topic; with a window, each delivery is
/// acknowledged when it is handled.
/// Source: protocol/native/SPEC.md.
class WeirDialect final : public Dialect {
public:
  explicit WeirDialect(const Subscription& subscription);

  [[nodiscard]] Upgrade upgrade() const override;
  void on_open(Conversation& conversation) override;
  void on_message(std::string_view message, Conversation& conversation) override;
  void on_tick(Conversation& conversation) override;

private:
  void say(const std::string& request, Conversation& conversation) const;
  void on_reply(std::string_view message, Conversation& conversation);

  Codec codec_;
  bool offers_deflate_;
  std::vector<std::string> subscribes_;  ///< with the ids from 1 on
  std::size_t confirmed_ = 0;            ///< of those
  std::uint64_t window_bytes_;
  std::uint64_t handled_bytes_ = 0;
  std::uint64_t last_id_ = 0;
};

/// The TCP feed: a line of JSON for each. Source: adapters/tcp/README.md.
class WeirSource final : public Source {
public:
  /// `member`: what the data are, `data` or `fields`.
  explicit WeirSource(std::string_view member);

  void append(std::string& out, std::string_view topic, std::string_view data) override;
  /// It only answers to complain.
  [[nodiscard]] std::optional<std::string> on_answer(std::string_view bytes,
                                                     std::string& out) override;

private:
  std::string between_;  ///< the topic and the data
};

}  // namespace weir::tests::bench
