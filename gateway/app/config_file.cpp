#include "gateway/app/config_file.hpp"

#include "gateway/app/built_ins.hpp"
#include "gateway/app/token_keys.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace weir::gateway::app {
namespace {

config::Environment read_environment() {
  config::Environment environment;
  for (auto* const* variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return environment;
}

}  // namespace

LoadedConfig load_config_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw std::system_error(errno, std::generic_category(), file.string());
  std::vector<std::string_view> types;
  for (const auto& built_in : built_ins()) types.push_back(built_in.type);
  LoadedConfig loaded{config::load_config({.file = file.string(),
                                           .text = text,
                                           .environment = read_environment(),
                                           .adapter_types = types}),
                      {},
                      {}};
  auto& result = loaded.result;
  if (!result.config) return loaded;
  const auto folder = folder_of(file);
  loaded.token_keys = load_token_keys(*result.config, folder, result.mistakes);
  loaded.tls = load_tls_files(*result.config, folder, result.mistakes);
  return loaded;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return std::filesystem::absolute(file).parent_path();
}

}  // namespace weir::gateway::app
