#pragma once

#include <memory>
#include <weir/adapter.hpp>

namespace weir::adapters::amqp {

/// Takes the messages of a stream of RabbitMQ and hands them in as entries with the stream's own
/// offsets, and reads it again for those who need older ones. One thread does everything; calls of
/// the gateway are passed on to it.
class StreamFeed final : public abi::Adapter {
public:
  /// Errors: abi::Failure - a key of the configuration is wrong.
  StreamFeed(const abi::Settings& settings, abi::Host host);
  ~StreamFeed() override;
  StreamFeed(const StreamFeed&) = delete;
  StreamFeed& operator=(const StreamFeed&) = delete;

  void start() override;
  void stop() override;
  void resumed() override;
  void replay(abi::PendingReplay replay, const weir_replay_request& request) override;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::amqp
