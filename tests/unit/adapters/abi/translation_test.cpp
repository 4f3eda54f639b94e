#include "adapters/abi/translation.hpp"

#include "adapters/abi/host.hpp"
#include "protocol/core/limits.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace weir::adapters::abi {
namespace {

using protocol::ErrorCode;

weir_publication good() {
  return replace_entry("quotes/AAPL", R"({"bid":1.10})");
}

struct Row {
  const char* name;
  std::function<void(weir_publication&)> spoil;
  ErrorCode code;
};

}  // namespace

TEST_CASE("an entry crosses the ABI as it is") {
  weir_publication from = good();
  from.mid = to_text("m-1");
  from.epoch = to_text("k3f9");
  from.offset = protocol::offset_max;
  from.kind = WEIR_KIND_STREAM;
  from.receipt_wish = WEIR_RECEIPT_ALWAYS;
  from.receipt = 77;
  const auto item = to_item(&from, 0, {});
  REQUIRE(item);
  CHECK(item->publication.topic == "quotes/AAPL");
  CHECK(item->publication.payload == protocol::Payload{.bytes = R"({"bid":1.10})"});
  CHECK(item->publication.mid == "m-1");
  CHECK(item->publication.source_position ==
        protocol::Position{.epoch = "k3f9", .offset = protocol::offset_max});
  CHECK(item->publication.kind == protocol::Kind::stream);
  CHECK(item->wish == ReceiptWish::always);
  CHECK(item->receipt == 77);

  std::vector<weir_field> fields;
  const weir_publication back = to_publication(item->publication, fields);
  CHECK(to_view(back.topic) == "quotes/AAPL");
  CHECK(to_view(back.payload) == R"({"bid":1.10})");
  CHECK(to_view(back.epoch) == "k3f9");
  CHECK(back.offset == protocol::offset_max);
}

TEST_CASE("fields cross both ways") {
  const std::array fields{weir_field{to_text("bid"), to_text("1.10")},
                          weir_field{to_text("old"), to_text("null")}};
  const weir_publication from = update_entry("orders", fields, "row1");
  const auto item = to_item(&from, 0, {});
  REQUIRE(item);
  CHECK(item->publication.operation == protocol::Operation::update);
  CHECK(item->publication.key == "row1");
  REQUIRE(item->publication.fields.size() == 2);
  CHECK(item->publication.fields[1] == protocol::Field{.name = "old", .json = "null"});

  std::vector<weir_field> out;
  const weir_publication back = to_publication(item->publication, out);
  REQUIRE(back.field_count == 2);
  CHECK(to_view(back.fields[0].json) == "1.10");
}

TEST_CASE("what an adapter hands in wrongly is refused with the reason") {
  const std::string key(256, 'k');
  const std::string mid(protocol::mid_bytes_max + 1, 'm');
  const std::string payload = "\"" + std::string(1000, 'x') + "\"";
  const std::vector<weir_field> many(257, weir_field{to_text("f"), to_text("1")});
  const weir_field nameless{to_text(""), to_text("1")};
  const weir_field invalid{to_text("f"), to_text("1,")};
  const std::vector<Row> rows{
      {"operation", [](auto& p) { p.operation = 4; }, ErrorCode::bad_request},
      {"receipt wish", [](auto& p) { p.receipt_wish = 3; }, ErrorCode::bad_request},
      {"kind", [](auto& p) { p.kind = 5; }, ErrorCode::bad_request},
      {"format", [](auto& p) { p.format = 2; }, ErrorCode::bad_request},
      {"no topic", [](auto& p) { p.topic = {}; }, ErrorCode::bad_topic},
      {"pattern", [](auto& p) { p.topic = to_text("a/+"); }, ErrorCode::bad_topic},
      {"topic not UTF-8", [](auto& p) { p.topic = to_text("a\xff"); }, ErrorCode::bad_topic},
      {"payload no JSON", [](auto& p) { p.payload = to_text("{"); }, ErrorCode::bad_request},
      {"no payload", [](auto& p) { p.payload = {}; }, ErrorCode::bad_request},
      {"payload", [&](auto& p) { p.payload = to_text(payload); }, ErrorCode::too_big},
      {"key", [&](auto& p) { p.key = to_text(key); }, ErrorCode::bad_request},
      {"mid", [&](auto& p) { p.mid = to_text(mid); }, ErrorCode::bad_request},
      {"epoch alone", [](auto& p) { p.epoch = to_text("k"); }, ErrorCode::bad_request},
      {"17 letters of an epoch",
       [](auto& p) {
         p.epoch = to_text("0123456789abcdefg");
         p.offset = 1;
       },
       ErrorCode::bad_request},
      {"offset alone", [](auto& p) { p.offset = 1; }, ErrorCode::bad_request},
      {"epoch's letters",
       [](auto& p) {
         p.epoch = to_text("K");
         p.offset = 1;
       },
       ErrorCode::bad_request},
      {"offset past 2^53-1",
       [](auto& p) {
         p.epoch = to_text("k");
         p.offset = protocol::offset_max + 1;
       },
       ErrorCode::bad_request},
      {"257 fields", [&](auto& p) { p = update_entry("a", many); }, ErrorCode::too_big},
      {"nameless", [&](auto& p) { p = update_entry("a", {&nameless, 1}); }, ErrorCode::bad_request},
      {"bad field", [&](auto& p) { p = update_entry("a", {&invalid, 1}); }, ErrorCode::bad_request},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    weir_publication publication = good();
    row.spoil(publication);
    const auto item = to_item(&publication, 0, {.entry_bytes_max = 1000});
    REQUIRE_FALSE(item);
    CHECK(item.error().code == row.code);
    CHECK_FALSE(item.error().detail.empty());
  }
}

TEST_CASE("a size without a pointer is refused by the member's name, and nothing is read") {
  const weir_text none{nullptr, 5};
  const weir_text endless{"x", SIZE_MAX};
  const weir_field nameless{none, to_text("1")};
  const weir_field valueless{to_text("f"), none};
  const weir_field endless_name{endless, to_text("1")};
  const weir_field endless_value{to_text("f"), endless};
  struct Misuse {
    const char* name;
    std::function<void(weir_publication&)> spoil;
    std::string says;
  };
  const std::vector<Misuse> rows{
      {"topic", [&](auto& p) { p.topic = none; }, "topic is NULL with a size of 5"},
      {"key", [&](auto& p) { p.key = none; }, "key is NULL with a size of 5"},
      {"payload", [&](auto& p) { p.payload = none; }, "payload is NULL with a size of 5"},
      {"mid", [&](auto& p) { p.mid = none; }, "mid is NULL with a size of 5"},
      {"epoch", [&](auto& p) { p.epoch = none; }, "epoch is NULL with a size of 5"},
      {"fields", [](auto& p) { p.field_count = 3; }, "fields is NULL with a field_count of 3"},
      {"name", [&](auto& p) { p = update_entry("a", {&nameless, 1}); }, "fields.name is NULL"},
      {"json", [&](auto& p) { p = update_entry("a", {&valueless, 1}); }, "fields.json is NULL"},
      {"endless topic", [&](auto& p) { p.topic = endless; }, "topic"},
      {"endless key", [&](auto& p) { p.key = endless; }, "key must be"},
      {"endless payload", [&](auto& p) { p.payload = endless; }, "above entry_bytes"},
      {"endless mid", [&](auto& p) { p.mid = endless; }, "mid must be"},
      {"endless epoch", [&](auto& p) { p.epoch = endless; }, "epoch must be"},
      {"endless name", [&](auto& p) { p = update_entry("a", {&endless_name, 1}); }, "above"},
      {"endless value", [&](auto& p) { p = update_entry("a", {&endless_value, 1}); }, "above"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    weir_publication publication = good();
    row.spoil(publication);
    const auto item = to_item(&publication, 0, {.entry_bytes_max = 1000});
    REQUIRE_FALSE(item);
    CAPTURE(item.error().detail);
    CHECK(item.error().detail.find(row.says) != std::string::npos);
  }
}

TEST_CASE("an array is refused as a whole where its elements cannot be found") {
  weir_publication entry = good();
  CHECK(check_array(nullptr, 0));
  CHECK(check_array(&entry, 1));
  CHECK(check_array(nullptr, 1).error().code == ErrorCode::bad_request);
  CHECK(check_array(&entry, call_entries_max + 1).error().code == ErrorCode::too_big);
  CHECK(check_array(&entry, SIZE_MAX).error().code == ErrorCode::too_big);
  for (const std::uint32_t size : {std::uint32_t{0},
                                   static_cast<std::uint32_t>(offsetof(weir_publication, fields)),
                                   static_cast<std::uint32_t>(sizeof entry + 4),
                                   std::uint32_t{4104},
                                   UINT32_MAX}) {
    CAPTURE(size);
    entry.size = size;
    const auto good_array = check_array(&entry, 1);
    REQUIRE_FALSE(good_array);
    CHECK(good_array.error().code == ErrorCode::bad_request);
    CHECK(good_array.error().detail.find("weir_publication.size is " + std::to_string(size)) == 0);
  }
  for (const std::uint32_t size :
       {static_cast<std::uint32_t>(offsetof(weir_publication, mid)), std::uint32_t{4096}}) {
    CAPTURE(size);
    entry.size = size;
    CHECK(check_array(&entry, 1));
  }
}

TEST_CASE("all elements of an array are of one size, and an older maker's end earlier") {
  std::array<weir_publication, 2> items{good(), good()};
  items[1].size -= 8;
  CHECK(to_item(items.data(), 0, {}));
  const auto other = to_item(items.data(), 1, {});
  REQUIRE_FALSE(other);
  CHECK(other.error().code == ErrorCode::bad_request);

  items[0].size = offsetof(weir_publication, mid);
  items[0].mid = to_text("beyond its size");
  items[0].receipt_wish = 99;
  const auto older = to_item(items.data(), 0, {});
  REQUIRE(older);
  CHECK(older->publication.mid.empty());
  CHECK(older->wish == ReceiptWish::none);
}

TEST_CASE("a payload at the limit is taken, and a built-in adapter's JSON is not read again") {
  const std::string at_limit = "\"" + std::string(998, 'x') + "\"";
  weir_publication entry = replace_entry("a", at_limit);
  CHECK(to_item(&entry, 0, {.entry_bytes_max = 1000}));
  entry = replace_entry("a", "{");
  CHECK(to_item(&entry, 0, {.trust = Trust::built_in}));
  entry = replace_entry("a", "\xff");
  entry.format = WEIR_BYTES;
  const auto item = to_item(&entry, 0, {});
  REQUIRE(item);
  CHECK(item->publication.payload.format == protocol::PayloadFormat::bytes);
}

TEST_CASE("every error has the same number on both sides, one up") {
  for (const protocol::ErrorInfo& row : protocol::error_table()) {
    CAPTURE(row.name);
    weir_error error{};
    fill(&error, {row.code, "why"});
    CHECK(to_error(&error) == protocol::Error{row.code, "why"});
  }
  CHECK(to_error(nullptr).code == ErrorCode::internal);
  weir_error none{};
  none.code = WEIR_ERROR_INTERNAL + 1;
  CHECK(to_error(&none).code == ErrorCode::internal);
}

TEST_CASE("an adapter's message that does not end or is no text does no harm") {
  weir_error error{};
  error.code = WEIR_ERROR_RATE;
  std::fill(std::begin(error.message), std::end(error.message), 'x');
  CHECK(to_error(&error).detail.size() == sizeof error.message);
  error.message[0] = '\xff';
  CHECK(to_error(&error) == protocol::Error{ErrorCode::rate, ""});
}

}  // namespace weir::adapters::abi
