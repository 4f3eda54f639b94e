#include "gateway/app/adapter_host.hpp"

#include "gateway/session/hub.hpp"
#include "tests/support/await_signal.hpp"
#include "tests/support/no_log.hpp"
#include "tests/unit/gateway/app/adapter_config.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace weir::gateway::app {
namespace {

using adapters::abi::Answer;
using adapters::abi::PublishItem;
using adapters::abi::ReceiptWish;
using adapters::abi::SourceState;
using protocol::ErrorCode;

PublishItem item(std::string topic, ReceiptWish wish = ReceiptWish::none) {
  PublishItem item;
  item.publication.topic = std::move(topic);
  item.publication.payload.bytes = "1";
  item.wish = wish;
  return item;
}

/// The host of an adapter that owns t/#, with some shards that take only when they are told to.
struct Fixture {
  explicit Fixture(ShardIndex shards = 1, InboxLimits inbox = {}, std::size_t open_receipts = 100)
      : outcomes(InboxLimits{}), wake_ups(shards) {
    std::vector<ShardMailbox> mailboxes;
    for (auto& wake_up : wake_ups) {
      wake_up = std::make_unique<adapters::common::WakeUp>();
      mailboxes.push_back({wake_up.get(), &outcomes, &replays});
    }
    host.emplace(AdapterHost::Options{.index = 0,
                                      .name = "feed",
                                      .owners = owners,
                                      .shards = mailboxes,
                                      .log = log,
                                      .on_listening = [](auto, auto) {},
                                      .on_sent = [] {},
                                      .on_replayed = [this] { ++replays_ended; },
                                      .inbox = inbox,
                                      .open_receipts = open_receipts});
  }

  adapters::abi::PublishAnswer publish(std::vector<PublishItem> items) {
    return host->publish(items);
  }
  Answer publish(const std::string& topic) { return publish({item(topic)}).answer; }
  std::vector<AdapterItem> take(ShardIndex shard = 0, std::size_t items_max = 1000) {
    std::vector<AdapterItem> items;
    if (host->inbox(shard).take(items_max, items).has_made_room) host->on_room(shard);
    return items;
  }
  /// What a shard takes, a letter each: e(ntry), s(tatus), r(eset), and for the source
  /// a(way), b(ack), B(ack after an outage that was not told).
  std::string take_letters(std::size_t items_max = 1000) {
    std::string letters;
    for (const auto& taken : take(0, items_max)) {
      if (std::holds_alternative<PublishItem>(taken)) letters += 'e';
      if (std::holds_alternative<StatusEntry>(taken)) letters += 's';
      if (std::holds_alternative<TopicReset>(taken)) letters += 'r';
      if (const auto* change = std::get_if<SourceChange>(&taken)) {
        if (change->is_away) CHECK(change->was_outage);
        letters += change->is_away ? 'a' : change->was_outage ? 'B' : 'b';
      }
    }
    return letters;
  }
  void report(SourceState state) { host->report(adapters::abi::StatusReport{state, "because"}); }

  std::vector<config::AdapterConfig> configs{adapter_config("feed", {"t/#"}),
                                             adapter_config("other", {"o/#"})};
  TopicOwners owners{configs};
  tests::NoLog log;
  Inbox<adapters::abi::SendOutcome> outcomes;
  ReplayMailbox replays;
  int replays_ended = 0;
  std::vector<std::unique_ptr<adapters::common::WakeUp>> wake_ups;
  std::optional<AdapterHost> host;
};

}  // namespace

TEST_CASE("entries go to the shard that owns their topic, which is woken") {
  constexpr ShardIndex shards = 4;
  Fixture f(shards);
  for (int i = 0; i < 20; ++i) {
    const auto topic = "t/" + std::to_string(i);
    const auto owner = session::owner_of(topic, shards);
    REQUIRE(f.publish(topic) == Answer::accepted);
    for (ShardIndex shard = 0; shard < shards; ++shard) {
      CHECK(is_signalled(*f.wake_ups[shard]) == (shard == owner));
    }
    f.wake_ups[owner]->acknowledge();
    REQUIRE(f.take(owner).size() == 1);
  }
}

TEST_CASE("what is not the adapter's to publish is refused, and what came before it is taken") {
  Fixture f;
  const auto answer = f.publish({item("t/1"), item("o/1"), item("t/2")});
  CHECK(answer.answer == Answer::refused);
  CHECK(answer.index == 1);
  CHECK(answer.error.code == ErrorCode::forbidden);
  CHECK(f.take_letters() == "e");
  CHECK(f.host->reset("o/1").error().code == ErrorCode::forbidden);
  CHECK(f.host->reset("t/1"));
  CHECK(f.take_letters() == "r");
}

TEST_CASE("a full inbox says slow down, then refuses and leaves the entry as it was") {
  Fixture f(1, {.items = 2});
  CHECK(f.publish("t/1") == Answer::accepted);
  CHECK(f.publish("t/1") == Answer::slow_down);
  CHECK(f.publish("t/1") == Answer::slow_down);
  CHECK(f.publish("t/1") == Answer::slow_down);
  std::vector<PublishItem> items{item("t/9")};
  const auto answer = f.host->publish(items);
  CHECK(answer.answer == Answer::refused);
  CHECK(answer.error.code == ErrorCode::overloaded);
  CHECK(items[0].publication.topic == "t/9");
}

TEST_CASE("receipts that were asked for and not given are limited") {
  Fixture f(1, {}, 2);
  const auto publish = [&] { return f.publish({item("t/1", ReceiptWish::always)}).answer; };
  CHECK(publish() == Answer::accepted);
  CHECK(publish() == Answer::slow_down);
  CHECK(publish() == Answer::slow_down);
  CHECK(publish() == Answer::refused);
  CHECK(f.publish("t/1") == Answer::accepted);  // asks for none
  CHECK_FALSE(f.host->settle_receipts(1));
  CHECK(f.host->settle_receipts(1));
  CHECK_FALSE(f.host->settle_receipts(1));
  CHECK(publish() == Answer::accepted);
}

TEST_CASE("a source that goes away and comes back is told in order with its entries") {
  Fixture f;
  f.report(SourceState::connecting);
  f.report(SourceState::up);
  CHECK(f.take_letters() == "ss");  // it was never away: there is nothing to be stale
  std::ignore = f.publish("t/1");
  f.report(SourceState::reconnecting);
  f.report(SourceState::down);
  f.report(SourceState::up);
  std::ignore = f.publish("t/1");
  CHECK(f.take_letters() == "eassbse");
}

TEST_CASE("an outage that did not fit is told before anything that comes after it") {
  Fixture f(1, {.items = 2});
  f.report(SourceState::up);
  CHECK(f.take_letters() == "s");
  for (int i = 0; i < 4; ++i) std::ignore = f.publish("t/1");
  f.report(SourceState::down);
  f.report(SourceState::up);
  CHECK(f.publish("t/1") == Answer::refused);
  CHECK(f.take_letters(1) == "e");
  // There is room for one now, and the outage is the first to have it.
  CHECK(f.publish("t/1") == Answer::refused);
  CHECK(f.take_letters() == "eeeB");
  CHECK(f.take_letters() == "s");
}

TEST_CASE("the status is an entry of the gateway's own topic") {
  Fixture f;
  f.host->report(adapters::abi::StatusReport{SourceState::down, R"(a "quoted" reason)"});
  const auto items = f.take();
  REQUIRE(items.size() == 1);
  const auto& publication = std::get<StatusEntry>(items[0]).publication;
  CHECK(publication.topic == "$weir/adapters/feed");
  CHECK(publication.payload.bytes == R"({"reason":"a \"quoted\" reason","state":"down"})");
  CHECK(f.host->status().state == SourceState::down);
}

TEST_CASE("nothing is taken while draining") {
  Fixture f;
  f.host->drain();
  CHECK(f.publish({item("t/1")}).error.code == ErrorCode::draining);
  CHECK(f.host->reset("t/1").error().code == ErrorCode::draining);
}

TEST_CASE("the outcome of a send goes to the shard that its number tells") {
  Fixture f(3);
  f.host->sent({.send_id = 7, .outcome = adapters::abi::Outcome::accepted, .error = {}});
  CHECK(f.outcomes.size() == 1);
  CHECK(is_signalled(*f.wake_ups[1]));
  CHECK_FALSE(is_signalled(*f.wake_ups[0]));
}

TEST_CASE("what is replayed goes to the shard that has asked, which is woken") {
  Fixture f(4);
  f.replays.open(6, 0);
  const auto replay = [&](std::uint64_t id, bool is_last) {
    adapters::abi::ReplayPart part;
    part.replay_id = id;
    part.is_last = is_last;
    if (!is_last) part.entries.resize(1);
    return f.host->replayed(std::move(part)).answer;
  };
  CHECK(replay(6, false) == Answer::accepted);
  CHECK(is_signalled(*f.wake_ups[2]));
  CHECK(f.replays_ended == 0);
  CHECK(replay(6, true) == Answer::accepted);
  CHECK(f.replays_ended == 1);
  CHECK(f.replays.take(6, 10).part.entries.size() == 1);
  CHECK(replay(7, false) == Answer::refused);
  CHECK_FALSE(is_signalled(*f.wake_ups[3]));
}

}  // namespace weir::gateway::app
