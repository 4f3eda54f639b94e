#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace weir::adapters::tcp {

/// Which connection a receipt belongs to, and which of its lines.
struct ReceiptOwner {
  std::uint32_t connection = 0;
  std::optional<std::uint64_t> id;  ///< the feeder wants an ack with it
  std::uint64_t line = 0;           ///< where there is no id
  friend bool operator==(const ReceiptOwner&, const ReceiptOwner&) = default;
};

/// The numbers that go with entries into the gateway and come back in receipts. Those with an id
/// get a place here until their receipt; those without, of which only failures come back, carry
/// all in the number. One thread.
class ReceiptTable {
public:
  [[nodiscard]] std::uint64_t add(std::uint32_t connection, std::uint64_t id);
  /// Only the lower 23 bits of the connection and 40 of the line come back.
  [[nodiscard]] static std::uint64_t of_line(std::uint32_t connection, std::uint64_t line);

  /// Whose it is; nullopt: nobody's (any more).
  [[nodiscard]] std::optional<ReceiptOwner> take(std::uint64_t receipt);
  [[nodiscard]] std::size_t size() const { return places_.size() - free_.size(); }

private:
  struct Place {
    bool is_taken = false;
    std::uint32_t connection = 0;
    std::uint64_t id = 0;
  };

  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
};

}  // namespace weir::adapters::tcp
