#include "tests/bench/dialect/preset.hpp"

#include "tests/bench/dialect/mqtt.hpp"
#include "tests/bench/dialect/nats.hpp"
#include "tests/bench/dialect/nchan.hpp"
#include "tests/bench/dialect/weir.hpp"

namespace weir::tests::bench {

std::unique_ptr<Dialect> make_dialect(const Subscription& subscription) {
  switch (subscription.preset) {
    case Preset::weir:
      return std::make_unique<WeirDialect>(subscription);
    case Preset::nchan:
      return std::make_unique<NchanDialect>(subscription.topic);
    case Preset::mosquitto:
      return std::make_unique<MqttDialect>(subscription.topic);
    case Preset::nats:
      return std::make_unique<NatsDialect>(subscription.topic);
  }
  return nullptr;
}

std::unique_ptr<Source> make_source(Preset preset, bool is_record) {
  switch (preset) {
    case Preset::weir:
      return std::make_unique<WeirSource>(is_record ? "fields" : "data");
    case Preset::nchan:
      return std::make_unique<NchanSource>();
    case Preset::mosquitto:
      return std::make_unique<MqttSource>();
    case Preset::nats:
      return std::make_unique<NatsSource>();
  }
  return nullptr;
}

}  // namespace weir::tests::bench
