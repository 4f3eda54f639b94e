#pragma once

#include "tests/bench/dialect/dialect.hpp"
#include "tests/bench/dialect/source.hpp"

#include <optional>

namespace weir::tests::bench {

/// One operation of the server; views into the stream that it came from.
struct NatsOperation {
  std::string_view line{};     ///< without its end
  std::string_view payload{};  ///< of a MSG
};

/// Takes the next whole operation off the front of a stream.
/// Shape:  nullopt: there is none yet.
/// Source: docs.nats.io, client protocol.
[[nodiscard]] std::optional<NatsOperation> take_nats_operation(std::string_view& stream);

/// The NATS client protocol over WebSocket, one subscription.
class NatsDialect final : public Dialect {
public:
  /// `topic` with slashes; NATS has dots between the tokens of a subject.
  explicit NatsDialect(std::string_view topic);

  [[nodiscard]] Upgrade upgrade() const override;
  void on_open(Conversation& conversation) override;
  /// Operations may be cut and joined by messages as it pleases the server.
  void on_message(std::string_view message, Conversation& conversation) override;

private:
  static void on_operation(const NatsOperation& operation, Conversation& conversation);

  std::string subject_;
  std::string unread_;
};

/// The same over TCP: a PUB for each.
class NatsSource final : public Source {
public:
  void begin(std::string& out) override;
  void append(std::string& out, std::string_view topic, std::string_view data) override;
  [[nodiscard]] std::optional<std::string> on_answer(std::string_view bytes,
                                                     std::string& out) override;

private:
  std::string unread_;
};

}  // namespace weir::tests::bench
