#include "gateway/topics/registry.hpp"
#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <utility>
#include <vector>

// Topics of which the source has more than was ever here.
namespace weir::gateway::topics {
namespace {

using protocol::ErrorCode;

protocol::Publication at(protocol::Publication publication, protocol::Position position) {
  publication.source_position = std::move(position);
  return publication;
}

}  // namespace

TEST_CASE("a topic whose source can be asked for more begins behind what was never here") {
  const TopicRules rules(std::vector<TopicRule>{});
  std::vector<protocol::Offset> born_at;
  Registry registry(
      {},
      rules,
      [&](Topic& topic) { born_at.push_back(topic.log().head().offset); },
      [](std::string_view topic) { return topic == "t"; });
  CHECK(registry.publish(at(publication("t"), {"s1", 7}), {}));
  CHECK(registry.publish(at(publication("other"), {"s1", 7}), {}));
  CHECK(registry.publish(publication("t/own"), {}));
  CHECK(born_at == std::vector<protocol::Offset>{6, 0, 0});
  const auto& log = registry.find("t")->log();
  CHECK(log.past() == 6U);
  CHECK(log.state()->prev == 6);
  CHECK_FALSE(registry.find("other")->log().past());
  CHECK(registry.publish(at(publication("t"), {"s2", 3}), {}));
  CHECK(log.past() == 2U);
  const auto uncounted = registry.publish(publication("t"), {});
  CHECK_FALSE(uncounted);
  CHECK(uncounted.error().code == ErrorCode::bad_request);
  CHECK(log.head().offset == 3);
  registry.reset("t");  // the epoch is the gateway's own now
  CHECK_FALSE(log.past());
  CHECK(registry.publish(publication("t"), {}));
}

}  // namespace weir::gateway::topics
