#include "gateway/app/token_keys.hpp"

#include "adapters/common/small_file.hpp"
#include "gateway/auth/json_web_keys.hpp"
#include "protocol/core/result.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace weir::gateway::app {

using adapters::common::read_small_file;
using adapters::common::without_line_break;
using auth::Key;
using protocol::Result;
using protocol::Unexpected;

namespace {

Result<Key, std::string> load_key(const config::KeyConfig& config,
                                  const std::filesystem::path& folder) {
  const auto text = read_small_file(folder / config.file);
  if (!text) return Unexpected<std::string>(text.error());
  return config.algorithm == TokenAlgorithm::hs256
             ? Key::from_secret(config.id, without_line_break(*text))
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
  const auto text = read_small_file(folder / config.auth.jwks);
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
