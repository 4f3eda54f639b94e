#include "adapters/common/confirm_book.hpp"

#include "adapters/abi/host_functions.hpp"
#include "tests/support/recording_port.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace weir::adapters::common {
namespace {

constexpr ConfirmBook::TimePoint start{std::chrono::hours(1)};

struct Fixture {
  tests::RecordingPort port;
  abi::HostFunctions functions{{}, port};
  abi::Host host{&functions.table()};
  ConfirmBook book;

  /// The send of a message has the number of its tag.
  void open(std::uint64_t tag, ConfirmBook::TimePoint deadline = start) {
    functions.open_send(tag);
    book.open(tag, abi::PendingSend(host, tag), deadline);
  }
  std::vector<std::uint64_t> ended() {
    std::vector<std::uint64_t> ids;
    for (const auto& outcome : port.outcomes()) ids.push_back(outcome.send_id);
    return ids;
  }
  abi::SendOutcome last() {
    REQUIRE_FALSE(port.outcomes().empty());
    return port.outcomes().back();
  }
};

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what is confirmed is accepted, not before") {
  open(1);
  CHECK(port.outcomes().empty());
  book.on_confirm({.tag = 1, .is_multiple = false, .is_taken = true});
  CHECK(ended() == Ids{1});
  CHECK(last().outcome == abi::Outcome::accepted);
  CHECK(book.size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "one confirm may be for one, or for all up to it") {
  for (std::uint64_t tag = 1; tag <= 5; ++tag) open(tag);
  book.on_confirm({.tag = 2, .is_multiple = false, .is_taken = true});
  CHECK(ended() == Ids{2});
  book.on_confirm({.tag = 4, .is_multiple = true, .is_taken = true});
  CHECK(ended() == Ids{2, 1, 3, 4});
  book.on_confirm({.tag = 9, .is_multiple = false, .is_taken = true});
  CHECK(book.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "what the broker does not take is refused") {
  open(1);
  book.on_confirm({.tag = 1, .is_multiple = false, .is_taken = false});
  CHECK(last().outcome == abi::Outcome::refused);
  CHECK(last().error.code == protocol::ErrorCode::unavailable);
}

TEST_CASE_FIXTURE(Fixture, "what the broker gave back is refused, though it is confirmed") {
  open(1);
  open(2);
  book.on_returned({.tag = 1, .reason = "no queue: NO_ROUTE"});
  CHECK(port.outcomes().empty());
  book.on_confirm({.tag = 2, .is_multiple = true, .is_taken = true});
  REQUIRE(port.outcomes().size() == 2);
  CHECK(port.outcomes()[0].outcome == abi::Outcome::refused);
  CHECK(port.outcomes()[0].error.detail == "no queue: NO_ROUTE");
  CHECK(port.outcomes()[1].outcome == abi::Outcome::accepted);
}

TEST_CASE_FIXTURE(Fixture, "a lost broker leaves it unknown") {
  open(1);
  open(2);
  book.on_lost("gone");
  CHECK(ended() == Ids{1, 2});
  CHECK(last().outcome == abi::Outcome::unknown);
  CHECK(last().error.detail.find("gone") != std::string::npos);
  open(1);  // the tags of the next channel
  book.on_confirm({.tag = 1, .is_multiple = false, .is_taken = true});
  CHECK(last().outcome == abi::Outcome::accepted);
}

TEST_CASE_FIXTURE(Fixture, "no answer in time leaves it unknown") {
  open(1, start);
  open(2, start + std::chrono::seconds(1));
  book.expire(start - std::chrono::milliseconds(1));
  CHECK(port.outcomes().empty());
  book.expire(start);
  CHECK(ended() == Ids{1});
  CHECK(last().outcome == abi::Outcome::unknown);
  book.on_confirm({.tag = 1, .is_multiple = false, .is_taken = true});
  CHECK(ended() == Ids{1});
}

TEST_CASE_FIXTURE(Fixture, "it holds so many and no more") {
  for (std::uint64_t tag = 1; tag < ConfirmBook::open_max; ++tag) open(tag);
  CHECK_FALSE(book.is_full());
  open(ConfirmBook::open_max);
  CHECK(book.is_full());
}

}  // namespace weir::adapters::common
