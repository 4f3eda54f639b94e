#include "tests/bench/load/report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace weir::tests::bench {

namespace {

using Json = nlohmann::ordered_json;

double in_us(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e3;
}

double in_s(std::int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

Json to_json(const Tally& tally) {
  return {{"deliveries", tally.deliveries},
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

void add_usage(Json& out, const Usage& usage, const Tally& fast) {
  const auto deliveries = static_cast<double>(fast.deliveries);
  const auto server_cpu_us = static_cast<double>(usage.server_cpu_us);
  out["seconds"] = usage.seconds;
  out["published"] = usage.published;
  out["deliveries_per_s"] = deliveries / usage.seconds;
  out["server_cpu_us"] = usage.server_cpu_us;
  out["cpu_us_per_delivery"] = deliveries > 0 ? server_cpu_us / deliveries : 0.0;
  out["server_busy"] = server_cpu_us / 1e6 / usage.seconds;
  out["load_busy"] = static_cast<double>(usage.load_cpu_us) / 1e6 / usage.seconds;
}

/// Of every delivery: when it was read, in seconds of the phase, and how old it was then.
Json ages(const PhaseFigures& phase, const Tally& tally) {
  Json list = Json::array();
  for (const Times& at : tally.times) {
    list.push_back({in_s(at.read_ns - phase.begin_ns), in_s(at.read_ns - at.sent_ns)});
  }
  return list;
}

Json to_json(const PhaseFigures& phase) {
  Json out{{"bytes_per_s", phase.bytes_per_s}, {"pss_peak_bytes", phase.pss_peak}};
  add_usage(out, phase.usage, phase.fast);
  out["fast"] = to_json(phase.fast);
  Json& slow = out["slow"] = Json::object();
  for (const SlowFigures& reader : phase.slow) {
    slow[reader.name] = to_json(reader.tally);
    slow[reader.name]["ages_s"] = ages(phase, reader.tally);
  }
  return out;
}

const char* name_of(Mode mode) {
  switch (mode) {
    case Mode::window:
      return "window";
    case Mode::rate:
      return "rate";
    case Mode::idle:
      return "idle";
    case Mode::phases:
      return "phases";
  }
  return "";
}

Json memory(const Figures& figures) {
  return {{"empty", figures.pss_empty},
          {"part", figures.pss_part},
          {"idle", figures.pss_idle},
          {"end", figures.pss_end}};
}

}  // namespace

bool is_sound(const Options& options, const Tally& fast) {
  const bool is_complete = options.delivery != "all" || fast.skipped == 0;
  return is_complete && fast.disordered + fast.gaps + fast.refusals + fast.closed == 0;
}

bool is_sound(const Options& options, const SlowReader& reader, const Tally& slow) {
  const bool tells_loss = options.preset == Preset::weir && reader.delivery == "all";
  return slow.disordered + slow.refusals == 0 &&
         (!tells_loss || slow.skipped == 0 || slow.gaps > 0);
}

bool is_sound(const Options& options, const std::vector<PhaseFigures>& phases) {
  return std::all_of(phases.begin(), phases.end(), [&options](const PhaseFigures& phase) {
    for (std::size_t index = 0; index < phase.slow.size(); ++index) {
      if (!is_sound(options, options.slow.at(index), phase.slow[index].tally)) return false;
    }
    return is_sound(options, phase.fast);
  });
}

std::string report(const Options& options, const Figures& figures, const Group& fast) {
  Json out{{"sound", is_sound(options, fast.tally)},
           {"mode", name_of(options.mode)},
           {"window", options.window},
           {"rate_per_s", options.rate_per_s},
           {"data_bytes", options.data_bytes}};
  add_usage(out, figures.usage, fast.tally);
  out["feed_held_up"] = figures.held_up;
  out["connect"] = {{"seconds", figures.connect_seconds},
                    {"server_cpu_us", figures.connect_cpu_us}};
  out["pss_bytes"] = memory(figures);
  out["fast"] = to_json(fast.tally);
  out["fast"]["subscribers"] = fast.live;
  return out.dump();
}

std::string report(const Options& options,
                   const Figures& figures,
                   const std::vector<PhaseFigures>& phases,
                   std::uint64_t rss_peak_bytes) {
  Json out{{"sound", is_sound(options, phases)},
           {"mode", name_of(options.mode)},
           {"subscribers", options.subscribers},
           {"rate_per_s", options.rate_per_s},
           {"data_bytes", options.data_bytes},
           {"pss_bytes", memory(figures)},
           {"rss_peak_bytes", rss_peak_bytes},
           {"alone", to_json(phases.front())}};
  Json& list = out["phases"] = Json::array();
  std::for_each(phases.begin() + 1, phases.end(), [&list](const PhaseFigures& phase) {
    list.push_back(to_json(phase));
  });
  return out.dump();
}

}  // namespace weir::tests::bench
