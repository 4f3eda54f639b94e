#pragma once

#include "tests/bench/dialect/weir.hpp"
#include "tests/bench/table/table_source.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::tests::bench {

/// A table as one subscriber has it, from what it is sent; written from the SPEC and from nothing
/// else, so that it may disagree with the gateway.
class TableState {
public:
  /// Takes a delivery. Source: protocol/native/SPEC.md, 6.2.
  void take(std::string_view message);

  [[nodiscard]] const Rows& rows() const { return rows_; }
  /// Whether the last delivery said that no more follows.
  [[nodiscard]] bool is_whole() const { return deliveries_ > 0 && rows_in_parts_ == 0; }

  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }  ///< all parts are one
  [[nodiscard]] std::uint64_t wholes() const { return wholes_; }  ///< that were the whole table
  [[nodiscard]] std::uint64_t wrong_bases() const { return wrong_bases_; }  ///< never allowed
  [[nodiscard]] std::size_t rows_max() const { return rows_max_; }          ///< of one delivery
  /// Begins to count anew.
  void restart();

private:
  void change(const nlohmann::json& delivery);

  Rows rows_;
  std::uint64_t offset_ = 0;
  std::uint64_t deliveries_ = 0;
  std::uint64_t wholes_ = 0;
  std::uint64_t wrong_bases_ = 0;
  std::size_t rows_in_parts_ = 0;  ///< of a delivery whose last part has not come
  std::size_t rows_max_ = 0;
};

/// Weir's dialect of who folds a table.
class TableDialect final : public Dialect {
public:
  /// `state` outlives this.
  TableDialect(const Subscription& subscription, TableState& state)
      : weir_(subscription), state_(state) {}

  [[nodiscard]] Upgrade upgrade() const override { return weir_.upgrade(); }
  void on_open(Conversation& conversation) override { weir_.on_open(conversation); }
  void on_message(std::string_view message, Conversation& conversation) override;

private:
  WeirDialect weir_;
  TableState& state_;
};

}  // namespace weir::tests::bench
