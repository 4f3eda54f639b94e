#pragma once

#include "clients/cpp/events.hpp"
#include "protocol/core/entry.hpp"
#include "protocol/native/json_client.hpp"

#include <map>
#include <string>

namespace weir::clients::cpp {

/// What the deliveries of a record or table come to: the state that the gateway has, as far as it
/// has told it. Owned by the topic table.
class FoldedState {
public:
  explicit FoldedState(protocol::Kind kind) : kind_(kind) {}

  /// Takes a delivery, and says in `out` what it came to: all fields of a record as its data, the
  /// whole of each row that changed, which fields those were, the keys of rows that are gone.
  /// Shape: false: it is a change of a state that is not this one, and nothing was taken.
  [[nodiscard]] bool apply(const protocol::native::ReceivedDelivery& delivery, Delivered& out);

private:
  using Fields = std::map<std::string, std::string>;  ///< JSON by name

  void replace(const protocol::Payload& data, Delivered& out);
  void change(const protocol::native::ReceivedChanges& changes, Delivered& out);
  static void merge(const std::vector<protocol::Field>& changes, Fields& fields);

  protocol::Kind kind_;
  protocol::Offset offset_ = 0;
  Fields record_;
  std::map<std::string, Fields, std::less<>> table_;
};

}  // namespace weir::clients::cpp
