// The one program: the gateway, and the commands that are its clients.
#include "gateway/app/client_commands.hpp"
#include "gateway/app/serve.hpp"

#include <openssl/crypto.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <iostream>
#include <string>

namespace {

using weir::gateway::app::ServeOptions;

constexpr int failed = 1;
constexpr int bad_usage = 2;  // as of the client commands

/// A subcommand that is called with what was read from its options.
using Action = std::function<int()>;

void add_serve(CLI::App& cli, ServeOptions& options, Action& action) {
  auto* serve = cli.add_subcommand("serve", "Run the gateway until it is told to stop");
  serve->add_option("-c,--config", options.config_file, "The configuration, a TOML file")
      ->required();
  serve->callback([&] { action = [&] { return weir::gateway::app::serve(options); }; });

  auto* check = cli.add_subcommand("check", "Say everything that is wrong with a configuration");
  check->add_option("-c,--config", options.config_file, "The configuration, a TOML file")
      ->required();
  check->callback([&] { action = [&] { return weir::gateway::app::check(options); }; });
}

void add_version(CLI::App& cli, const std::string& version, Action& action) {
  cli.add_subcommand("version", "Print the version")->callback([&] {
    action = [&] {
      std::cout << "weir " << version << "\n";
      return 0;
    };
  });
}

int run(int argc, char** argv) {
  CLI::App cli{"Weir: live data to browsers and other clients, each at the rate that it can take"};
  cli.require_subcommand(1);
  ServeOptions options{.config_file = {}, .version = WEIR_VERSION};
  Action action;
  add_serve(cli, options, action);
  weir::gateway::app::add_client_commands(cli, action);
  add_version(cli, options.version, action);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : bad_usage;
  }
  return action();
}

}  // namespace

int main(int argc, char** argv) {
  // At the end OpenSSL would take itself apart, beneath threads of libnats that still close a
  // connection. There is nothing that the kernel does not take back by itself.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "weir: " << error.what() << "\n";
  } catch (...) {
    std::cerr << "weir: something that is no std::exception was thrown\n";
  }
  return failed;
}
