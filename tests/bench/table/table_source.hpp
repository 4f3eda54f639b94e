#pragma once

#include "tests/bench/dialect/source.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace weir::tests::bench {

/// Rows by key, each an object of fields.
using Rows = std::map<std::string, nlohmann::json>;

/// A table that changes at random, as its source has it, and the feed's lines that say so.
class TableSource {
public:
  TableSource(std::string topic, std::size_t rows, std::uint64_t seed);

  /// A line for each row, some 100 bytes of fields.
  [[nodiscard]] std::vector<std::string> fill();
  /// Changes two fields of a row; one time in a hundred removes a row, or brings back one that was
  /// removed.
  [[nodiscard]] std::string change();

  [[nodiscard]] const Rows& rows() const { return rows_; }

private:
  [[nodiscard]] std::string random_key();
  [[nodiscard]] std::string put(const std::string& key, const nlohmann::json& fields);
  [[nodiscard]] nlohmann::json all_fields(const std::string& key);

  std::string topic_;
  std::size_t count_;
  std::mt19937_64 random_;
  Rows rows_;
};

/// The TCP feed for lines that are ready, with acks.
class LineFeed final : public Source {
public:
  /// `acknowledged`: becomes true when the server has acknowledged a line; outlives this.
  explicit LineFeed(bool& acknowledged) : acknowledged_(acknowledged) {}

  void append(std::string& out, std::string_view /*topic*/, std::string_view data) override {
    out.append(data).append("\n");
  }
  [[nodiscard]] std::optional<std::string> on_answer(std::string_view bytes,
                                                     std::string& out) override;

private:
  bool& acknowledged_;
};

}  // namespace weir::tests::bench
