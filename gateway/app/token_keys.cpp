#include "gateway/app/token_keys.hpp"

#include "gateway/auth/json_web_keys.hpp"
#include "protocol/core/result.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

namespace weir::gateway::app {

using auth::Key;
using protocol::Result;
using protocol::Unexpected;

namespace {

constexpr std::size_t file_bytes_max = std::size_t{1024} * 1024;

Result<std::string, std::string> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) {
    return Unexpected<std::string>(std::generic_category().message(errno));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max) return Unexpected<std::string>("has more than 1 MiB");
  return text;
}

/// Without the line break that editors put at the end.
std::string_view secret_of(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

Result<Key, std::string> load_key(const config::KeyConfig& config,
                                  const std::filesystem::path& folder) {
  const auto text = read_file(folder / config.file);
  if (!text) return Unexpected<std::string>(text.error());
  return config.algorithm == TokenAlgorithm::hs256
             ? Key::from_secret(config.id, secret_of(*text))
             : Key::from_pem(config.id, config.algorithm, *text);
}

}  // namespace

std::vector<Key> load_token_keys(const config::Config& config,
                                 const std::filesystem::path& folder,
                                 config::Mistakes& mistakes) {
  std::vector<Key> keys;
  for (const auto& one : config.keys) {
    auto key = load_key(one, folder);
    if (key) {
      keys.push_back(std::move(*key));
    } else {
      mistakes.push_back({{one.line, 1, {}}, "key.file", one.file + ": " + key.error(), {}});
    }
  }
  if (config.auth.jwks.empty()) return keys;
  const auto text = read_file(folder / config.auth.jwks);
  auto set = text ? auth::read_json_web_keys(*text)
                  : Result<std::vector<Key>, std::string>(Unexpected<std::string>(text.error()));
  if (set) {
    std::ranges::move(*set, std::back_inserter(keys));
  } else {
    mistakes.push_back({{}, "auth.jwks", config.auth.jwks + ": " + set.error(), {}});
  }
  return keys;
}

}  // namespace weir::gateway::app
