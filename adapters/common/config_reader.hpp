#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::common {

/// Reads an adapter's own configuration, one JSON object, key by key, and says exactly what is
/// wrong with it. Errors: abi::Failure - names the key and what was expected.
class ConfigReader {
public:
  struct Range {
    std::int64_t from;
    std::int64_t to;
  };

  struct Bounds {
    double from;
    double to;
  };

  /// `inside`: what stands before its keys in messages, "tls." for a table of that name.
  explicit ConfigReader(std::string_view json, std::string_view inside = {});
  ~ConfigReader();
  ConfigReader(const ConfigReader&) = delete;
  ConfigReader& operator=(const ConfigReader&) = delete;

  /// nullopt: the key is not there.
  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  /// nullopt: the key is not there. A list of strings.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view key);
  /// nullopt: the key is not there. One string, or a list of them.
  [[nodiscard]] std::optional<std::vector<std::string>> text_or_texts(std::string_view key);
  /// nullopt: the key is not there. A table, as JSON for a reader of its own.
  [[nodiscard]] std::optional<std::string> table(std::string_view key);
  /// A list of such tables; empty where the key is not there.
  [[nodiscard]] std::vector<std::string> tables(std::string_view key);
  [[nodiscard]] bool flag(std::string_view key, bool otherwise);
  [[nodiscard]] std::int64_t integer(std::string_view key, Range range, std::int64_t otherwise);
  /// Any number, also a fraction.
  [[nodiscard]] double number(std::string_view key, Bounds bounds, double otherwise);
  /// After all keys have been read: fails if there is one that nobody asked for, and names the one
  /// that is nearest.
  void finish() const;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::common
