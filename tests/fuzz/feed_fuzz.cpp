// What a stranger sends to a TCP feed, with and without a secret that opens it: however it is cut,
// the same entries and the same answers come; without the secret no entry at all.
#include "adapters/abi/host_functions.hpp"
#include "adapters/tcp/feed_session.hpp"
#include "protocol/core/utf8.hpp"
#include "tests/fuzz/check_is_json.hpp"
#include "tests/fuzz/fuzz_input.hpp"
#include "tests/support/recording_port.hpp"

#include <algorithm>
#include <cassert>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::fuzz {
namespace {

using adapters::tcp::Feeder;
using adapters::tcp::FeedSession;
using adapters::tcp::FeedShared;

constexpr std::size_t line_bytes_max = 512;

std::string describe(const adapters::abi::PublishItem& item) {
  const protocol::Publication& entry = item.publication;
  std::string text = std::to_string(static_cast<int>(entry.operation)) + " " +
                     std::to_string(static_cast<int>(item.wish));
  for (const std::string& part : {entry.topic, entry.key, entry.mid}) {
    assert(protocol::is_utf8(part));
    text.append(" ").append(part);
  }
  text.append(" ").append(entry.payload.bytes);
  for (const auto& field : entry.fields)
    text.append(" ").append(field.name).append("=").append(field.json);
  return text;
}

struct Outcome {
  std::vector<std::string> entries;
  std::vector<std::string> answers;  ///< sorted: those of one batch have no order
  bool is_admitted = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

void take_answers(FeedSession& session, std::vector<std::string>& answers) {
  while (session.has_output()) {
    std::string out;
    session.take_output(out);
    session.on_written();
    for (std::size_t at = 0; at < out.size();) {
      const std::size_t end = out.find('\n', at);
      assert(end != std::string::npos);
      answers.push_back(out.substr(at, end - at));
      check_is_json(answers.back());
      at = end + 1;
    }
  }
}

Outcome feed(std::string_view bytes,
             const std::vector<std::size_t>& cuts,
             std::span<const Feeder> feeders) {
  RecordingPort port;
  adapters::abi::HostFunctions functions(
      {.entry_bytes_max = 1000, .trust = adapters::abi::Trust::built_in}, port);
  FeedShared shared{adapters::abi::Host(&functions.table()),
                    {.line_bytes_max = line_bytes_max, .feeders = feeders},
                    {},
                    {}};
  FeedSession session(1, "stranger", shared);
  Outcome outcome;
  for (std::size_t reads = 0; !bytes.empty();) {
    assert(session.wants_read());
    const auto space = session.prepare();
    const std::size_t size = std::min({cuts[reads++ % cuts.size()], space.size(), bytes.size()});
    std::copy_n(bytes.data(), size, space.data());
    session.on_read(size);
    bytes.remove_prefix(size);
    take_answers(session, outcome.answers);
  }
  session.on_end();
  take_answers(session, outcome.answers);
  for (const auto& item : port.take_items()) outcome.entries.push_back(describe(item));
  std::ranges::sort(outcome.answers);
  outcome.is_admitted = session.is_admitted();
  assert(outcome.is_admitted || (outcome.entries.empty() && outcome.answers.size() <= 1));
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Feeder> feeders{
      {"fuzz", adapters::tcp::digest_of("0123456789abcdef"), {"a/#", "b"}}};
  FuzzInput input({data, size});
  const std::span<const Feeder> asked =
      input.flag() ? std::span<const Feeder>(feeders) : std::span<const Feeder>();
  const auto cuts = input.cuts();
  const auto bytes = input.rest();
  const Outcome at_once = feed(bytes, {bytes.size() + 1}, asked);
  assert(at_once == feed(bytes, cuts, asked));
  return 0;
}

}  // namespace weir::tests::fuzz
