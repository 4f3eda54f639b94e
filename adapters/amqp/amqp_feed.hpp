#pragma once

#include <memory>
#include <weir/adapter.hpp>

namespace weir::adapters::amqp {

/// Takes what a queue of a broker delivers and hands it in as entries; publishes to an exchange
/// what clients publish. One thread does everything; calls of the gateway are passed on to it.
class AmqpFeed final : public abi::Adapter {
public:
  /// Errors: abi::Failure - a key of the configuration is wrong.
  AmqpFeed(const abi::Settings& settings, abi::Host host);
  ~AmqpFeed() override;
  AmqpFeed(const AmqpFeed&) = delete;
  AmqpFeed& operator=(const AmqpFeed&) = delete;

  void start() override;
  void stop() override;
  void resumed() override;
  void receipts(const abi::Receipts& receipts) override;
  void send(abi::PendingSend send, const weir_publication& publication) override;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::amqp
