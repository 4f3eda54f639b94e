#pragma once

#include "protocol/core/entry.hpp"
#include "protocol/native/json_client.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir::tests::sim {

/// The fields that a subscription chose: sorted; none: all.
using Fields = std::vector<std::string>;

/// The naive meaning of a record or table: rows by key with their fields, nothing else. A record is
/// the one row without a key. Knows nothing of versions, tombstones and bases, which the gateway
/// needs. Two folds are the same when their digests are.
class Fold {
public:
  explicit Fold(protocol::Kind kind) : kind_(kind) {}

  /// As the log says.
  void apply(const protocol::Entry& entry);
  // As a client is told.
  void apply(const protocol::native::ReceivedChanges& changes);
  void replace(std::string_view json);
  void clear();

  /// Of these fields only; of a table also which rows there are.
  [[nodiscard]] std::uint64_t digest(std::span<const std::string> fields) const;
  /// What each field adds to it, over all rows.
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& digests() const {
    return digests_;
  }
  [[nodiscard]] std::uint64_t row_digest() const { return row_digest_; }
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  /// Something in which the two differ, for people.
  [[nodiscard]] std::string difference(const Fold& truth) const;

private:
  using Row = std::map<std::string, std::string, std::less<>>;

  Row& row(const std::string& key);
  void set(const std::string& key, Row& row, const protocol::Field& field);
  void set_all(const std::string& key, std::span<const protocol::Field> fields);
  void erase(const std::string& key);
  void count(std::string_view key, std::string_view name, std::string_view json, bool is_added);

  protocol::Kind kind_;
  std::unordered_map<std::string, Row> rows_;
  std::map<std::string, std::uint64_t, std::less<>> digests_;
  std::uint64_t row_digest_ = 0;
  std::uint64_t total_ = 0;
};

/// The digests of one log's fold behind each of its entries.
class FoldHistory {
public:
  explicit FoldHistory(protocol::Kind kind) : newest_(kind) {}

  void append(const protocol::Entry& entry);
  [[nodiscard]] std::uint64_t digest_at(protocol::Offset offset,
                                        std::span<const std::string> fields) const;
  [[nodiscard]] const Fold& newest() const { return newest_; }

private:
  using Series = std::vector<std::pair<protocol::Offset, std::uint64_t>>;

  static std::uint64_t value_at(const Series& series, protocol::Offset offset);
  static void note(Series& series, protocol::Offset offset, std::uint64_t digest);

  Fold newest_;
  std::map<std::string, Series, std::less<>> fields_;
  Series rows_;
  Series total_;
};

}  // namespace weir::tests::sim
