#pragma once

#include <memory>
#include <weir/adapter.hpp>

namespace weir::adapters::tcp {

/// Takes lines of JSON from whoever connects, or from the one whom it dials, and hands them in as
/// entries. One io thread does everything; calls of the gateway are passed on to it.
class TcpFeed final : public abi::Adapter {
public:
  /// Errors: abi::Failure - a key of the configuration is wrong.
  TcpFeed(const abi::Settings& settings, abi::Host host);
  ~TcpFeed() override;
  TcpFeed(const TcpFeed&) = delete;
  TcpFeed& operator=(const TcpFeed&) = delete;

  /// Errors: abi::Failure - it cannot listen at that address.
  void start() override;
  void stop() override;
  void resumed() override;
  void receipts(const abi::Receipts& receipts) override;
  void send(abi::PendingSend send, const weir_publication& publication) override;

private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::adapters::tcp
