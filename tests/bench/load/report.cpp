#include "tests/bench/load/report.hpp"

#include <nlohmann/json.hpp>

namespace weir::tests::bench {

namespace {

using Json = nlohmann::ordered_json;

double in_us(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e3;
}

Json to_json(const Group& group) {
  const Tally& tally = group.tally;
  return {{"subscribers", group.live},
          {"delivery", group.subscription.delivery},
          {"deliveries", tally.deliveries},
          {"received_bytes", tally.received_bytes},
          {"skipped", tally.skipped},
          {"disordered", tally.disordered},
          {"gaps", tally.gaps},
          {"refusals", tally.refusals},
          {"closed", tally.closed},
          {"age_us",
           {{"p50", in_us(tally.age_ns.percentile(0.5))},
            {"p99", in_us(tally.age_ns.percentile(0.99))},
            {"max", in_us(tally.age_ns.max())},
            {"last", in_us(tally.last_age_ns)}}}};
}

const char* name_of(Mode mode) {
  switch (mode) {
    case Mode::window:
      return "window";
    case Mode::rate:
      return "rate";
    case Mode::idle:
      return "idle";
  }
  return "";
}

}  // namespace

bool is_sound(const Options& options, const Group& fast, const Group& slow) {
  const bool is_complete = options.delivery != "all" || fast.tally.skipped == 0;
  return is_complete && fast.tally.disordered + slow.tally.disordered == 0 &&
         fast.tally.gaps == 0 && fast.tally.refusals + slow.tally.refusals == 0 &&
         fast.tally.closed == 0 &&
         (slow.tally.skipped == 0 || slow.tally.gaps > 0 || options.slow_delivery != "all");
}

std::string report(const Options& options,
                   const Figures& figures,
                   const Group& fast,
                   const Group& slow) {
  const auto deliveries = static_cast<double>(fast.tally.deliveries);
  const Json result{
      {"sound", is_sound(options, fast, slow)},
      {"mode", name_of(options.mode)},
      {"window", options.window},
      {"rate_per_s", options.rate_per_s},
      {"data_bytes", options.data_bytes},
      {"seconds", figures.seconds},
      {"published", figures.published},
      {"deliveries_per_s", deliveries / figures.seconds},
      {"server_cpu_us", figures.server_cpu_us},
      {"cpu_us_per_delivery",
       deliveries > 0 ? static_cast<double>(figures.server_cpu_us) / deliveries : 0.0},
      {"server_busy", static_cast<double>(figures.server_cpu_us) / 1e6 / figures.seconds},
      {"load_busy", static_cast<double>(figures.load_cpu_us) / 1e6 / figures.seconds},
      {"feed_held_up", figures.held_up},
      {"connect",
       {{"seconds", figures.connect_seconds}, {"server_cpu_us", figures.connect_cpu_us}}},
      {"pss_bytes",
       {{"empty", figures.pss_empty},
        {"part", figures.pss_part},
        {"idle", figures.pss_idle},
        {"end", figures.pss_end}}},
      {"fast", to_json(fast)},
      {"slow", to_json(slow)}};
  return result.dump();
}

}  // namespace weir::tests::bench
