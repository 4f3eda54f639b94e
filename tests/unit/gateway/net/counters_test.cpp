#include "gateway/net/counters.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace weir::gateway::net {
namespace {

using protocol::CloseReason;
using protocol::websocket::Fault;

std::uint64_t count_of(const metrics::LabelledCounts& counts, std::string_view value) {
  const auto entry = counts.counts().find({std::string(value)});
  REQUIRE(entry != counts.counts().end());
  return entry->second;
}

}  // namespace

TEST_CASE("the arrays cover the closed tables") {
  CHECK(Counters::close_reasons == protocol::close_table().size());
  CHECK(Counters::faults == protocol::websocket::fault_table().size());
}

TEST_CASE("names are distinct") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < refusal_count; ++i) {
    CHECK(names.insert(name(static_cast<Refusal>(i))).second);
  }
  names.clear();
  for (std::size_t i = 0; i < limit_count; ++i) {
    CHECK(names.insert(name(static_cast<LimitHit>(i))).second);
  }
  CHECK(name(Refusal::endpoint) == "endpoint");
  CHECK(name(LimitHit::write_progress_ms) == "write_progress_ms");
}

TEST_CASE("a fault that is a limit counts as both") {
  Counters counters;
  counters.count(Fault::bad_utf8);
  counters.count(Fault::message_too_big);
  counters.count(Fault::wire_bytes);
  counters.count(Fault::fragments);
  metrics::MetricsSnapshot snapshot;
  counters.fill(snapshot);
  CHECK(count_of(snapshot.net_faults, "bad_utf8") == 1);
  CHECK(count_of(snapshot.net_faults, "wire_bytes") == 1);
  CHECK(count_of(snapshot.net_faults, "masked") == 0);
  CHECK(count_of(snapshot.net_limits, "message_bytes") == 1);
  CHECK(count_of(snapshot.net_limits, "wire_bytes") == 1);
  CHECK(count_of(snapshot.net_limits, "fragments") == 1);
  CHECK(count_of(snapshot.net_limits, "assembly_ms") == 0);
}

TEST_CASE("everything that is counted reaches the metrics") {
  Counters counters;
  counters.open_http = 1;
  counters.open_websockets = 2;
  counters.accepted = 3;
  counters.accept_failures = 2;
  counters.handshakes = 4;
  counters.received_messages = 5;
  counters.received_control_frames = 6;
  counters.received_bytes = 7;
  counters.sent_bytes = 8;
  counters.writes = 9;
  counters.blocked_writes = 10;
  counters.abnormal_closes = 11;
  counters.other_closes = 12;
  counters.count(Refusal::origin);
  counters.count(LimitHit::write_progress_ms);
  counters.count(CloseReason::slow_consumer);
  counters.count_response(101);
  counters.count_response(404);
  counters.count_response(404);

  metrics::MetricsSnapshot snapshot;
  counters.fill(snapshot);
  CHECK(count_of(snapshot.net_connections, "http") == 1);
  CHECK(count_of(snapshot.net_connections, "websocket") == 2);
  CHECK(snapshot.net_accepted == 3);
  CHECK(snapshot.net_accept_pauses == 2);
  CHECK(snapshot.net_handshakes == 4);
  CHECK(snapshot.net_received_messages == 5);
  CHECK(snapshot.net_received_control_frames == 6);
  CHECK(snapshot.net_received_bytes == 7);
  CHECK(snapshot.net_sent_bytes == 8);
  CHECK(snapshot.net_writes == 9);
  CHECK(snapshot.net_blocked_writes == 10);
  CHECK(count_of(snapshot.net_closes, "abnormal") == 11);
  CHECK(count_of(snapshot.net_closes, "other") == 12);
  CHECK(count_of(snapshot.net_closes, "slow_consumer") == 1);
  CHECK(count_of(snapshot.net_closes, "normal") == 0);
  CHECK(count_of(snapshot.net_refused, "origin") == 1);
  CHECK(count_of(snapshot.net_refused, "connections") == 0);
  CHECK(count_of(snapshot.net_limits, "write_progress_ms") == 1);
  CHECK(count_of(snapshot.http_responses, "1xx") == 1);
  CHECK(count_of(snapshot.http_responses, "4xx") == 2);
  CHECK(count_of(snapshot.http_responses, "5xx") == 0);

  counters.fill(snapshot);
  CHECK(snapshot.net_accepted == 6);
}

}  // namespace weir::gateway::net
