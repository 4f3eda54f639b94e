#include "gateway/app/client_commands.hpp"

#include "clients/cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

namespace weir::gateway::app {
namespace {

using clients::cli::DataFormat;
using clients::cli::PubOptions;
using clients::cli::RecordOptions;
using clients::cli::SubOptions;
using protocol::Delivery;
using protocol::Delta;
using protocol::OverflowPolicy;

using Action = std::function<int()>;

/// What CLI11 can read, before it is what the command takes.
struct SubInput {
  SubOptions options;
  double seconds = 0;
  std::string delivery;
  std::string on_overflow = "gap";
  bool has_no_snapshot = false;
};

struct RecordInput {
  RecordOptions options;
  double seconds = 0;
};

template <class T>
CLI::Option* add_wish(CLI::App& command,
                      const char* name,
                      std::optional<T>& wish,
                      const char* help) {
  return command.add_option_function<T>(name, [&wish](const T& value) { wish = value; }, help);
}

/// How a gateway and its client show each other who they are.
template <class Options>
void add_trust(CLI::App& command, Options& options) {
  // The environment keeps it out of the list of processes, which every user of a machine can see.
  command.add_option("--token", options.token, "A JSON Web Token that says who you are")
      ->envname("WEIR_TOKEN");
  command
      .add_option("--ca",
                  options.ca_file,
                  "Who may vouch for a wss gateway: a PEM file; none: the system's")
      ->check(CLI::ExistingFile);
}

clients::cpp::Duration to_duration(double seconds) {
  return std::chrono::duration_cast<clients::cpp::Duration>(std::chrono::duration<double>(seconds));
}

int run(SubInput& input) {
  auto& options = input.options;
  if (!input.delivery.empty()) {
    options.subscribe.delivery = input.delivery == "all" ? Delivery::all : Delivery::latest;
  }
  if (input.has_no_snapshot) options.subscribe.snapshot = false;
  options.subscribe.on_overflow =
      input.on_overflow == "close" ? OverflowPolicy::close : OverflowPolicy::gap;
  if (input.seconds > 0) options.duration = to_duration(input.seconds);
  return static_cast<int>(run_sub(options));
}

void add_sub(CLI::App& cli, Action& action) {
  auto* sub = cli.add_subcommand("sub", "Subscribe, and print what comes");
  // Lives as long as the action that uses it.
  const auto input = std::make_shared<SubInput>();
  auto& options = input->options;
  sub->add_option("url", options.url, "Where the gateway is: ws://127.0.0.1:8080/ws")->required();
  add_trust(*sub, options);
  sub->add_option("filter", options.filters, "Topics, or patterns such as quotes/+ and host/#")
      ->required();
  sub->add_option("--delivery", input->delivery, "latest: the newest state; all: every entry")
      ->check(CLI::IsMember({"latest", "all"}));
  sub->add_option("--max-rate", options.subscribe.max_rate, "Deliveries per second and topic");
  sub->add_option("--fields", options.subscribe.fields, "Fields of records, with commas between")
      ->delimiter(',');
  sub->add_option_function<std::string>(
         "--delta",
         [&options](const std::string& delta) {
           options.subscribe.delta = delta == "patch" ? Delta::patch : Delta::none;
         },
         "patch: newer values as what turns the older ones into them; none")
      ->check(CLI::IsMember({"none", "patch"}));
  sub->add_option("--history", options.subscribe.history, "Begin with so many older entries");
  sub->add_flag("--no-snapshot", input->has_no_snapshot, "Begin with what comes from now on");
  sub->add_option("--on-overflow", input->on_overflow, "With all, when too slow: gap or close")
      ->check(CLI::IsMember({"gap", "close"}));
  sub->add_flag("--ts", options.subscribe.wants_time, "Print when each entry was published");
  sub->add_flag("--counts", options.subscribe.wants_counts, "Print how many each stands for");
  sub->add_flag("--json", options.as_json, "Print one JSON object a line");
  sub->add_option_function<std::string>(
         "--codec",
         [&options](const std::string& codec) { options.uses_cbor = codec == "cbor"; },
         "How the gateway writes to it: json or cbor; what is printed is JSON")
      ->check(CLI::IsMember({"json", "cbor"}));
  add_wish(*sub, "--count", options.count, "End after so many deliveries");
  sub->add_option("--for", input->seconds, "End after so many seconds")->check(CLI::PositiveNumber);
  add_wish(*sub, "--bytes-per-s", options.wishes.bytes_per_s, "Ask for no more than this");
  add_wish(*sub, "--messages-per-s", options.wishes.messages_per_s, "Ask for no more than this");
  add_wish(*sub, "--window-bytes", options.wishes.window_bytes, "At most so much not yet printed");
  add_wish(*sub, "--max-delay-ms", options.wishes.max_delay_ms, "Updates may wait for company");
  sub->footer(std::string(clients::cli::exit_codes_help));
  sub->callback([input, &action] { action = [input] { return run(*input); }; });
}

struct PubInput {
  PubOptions options;
  std::string format = "json";
};

void add_pub(CLI::App& cli, Action& action) {
  auto* pub = cli.add_subcommand("pub", "Publish the data, or each line of standard input");
  const auto input = std::make_shared<PubInput>();
  auto& options = input->options;
  pub->add_option("url", options.url, "Where the gateway is: ws://127.0.0.1:8080/ws")->required();
  add_trust(*pub, options);
  pub->add_option("topic", options.topic, "The topic, such as chat/lobby")->required();
  add_wish(*pub, "data", options.data, "A JSON text; none: standard input");
  pub->add_option(
         "--data-format", input->format, "json (as is), or text that becomes a JSON string")
      ->check(CLI::IsMember({"json", "text"}));
  pub->footer(std::string(clients::cli::exit_codes_help));
  pub->callback([input, &action] {
    if (input->format == "text") input->options.format = DataFormat::text;
    action = [input] { return static_cast<int>(run_pub(input->options)); };
  });
}

void add_record(CLI::App& cli, Action& action) {
  auto* record = cli.add_subcommand("record", "Record topics to a file that `replay` can play");
  const auto input = std::make_shared<RecordInput>();
  auto& options = input->options;
  record->add_option("url", options.url, "Where the gateway is: ws://127.0.0.1:8080/ws")
      ->required();
  add_trust(*record, options);
  record->add_option("filter", options.filters, "Topics, or patterns such as quotes/+ and host/#")
      ->required();
  record->add_option("-o,--output", options.file, "The file; one that is there is replaced")
      ->required();
  record->add_option("--seconds", input->seconds, "End after so many seconds; else with Ctrl-C")
      ->check(CLI::PositiveNumber);
  record->footer(std::string(clients::cli::exit_codes_help));
  record->callback([input, &action] {
    action = [input] {
      if (input->seconds > 0) input->options.duration = to_duration(input->seconds);
      return static_cast<int>(run_record(input->options));
    };
  });
}

}  // namespace

void add_client_commands(CLI::App& cli, std::function<int()>& action) {
  add_sub(cli, action);
  add_pub(cli, action);
  add_record(cli, action);
}

}  // namespace weir::gateway::app
