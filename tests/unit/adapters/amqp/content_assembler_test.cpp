#include "adapters/amqp/content_assembler.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::amqp {
namespace {

common::Message tagged(std::uint64_t tag) {
  common::Message delivery;
  delivery.tag = tag;
  return delivery;
}

}  // namespace

TEST_CASE("a message is its method, its header and its bodies") {
  const std::string body = "0123456789";
  for (std::size_t part = 1; part <= body.size(); ++part) {
    CAPTURE(part);
    ContentAssembler assembler(10);
    REQUIRE(assembler.begin(tagged(7)));
    CHECK_FALSE(assembler.is_whole());
    REQUIRE(assembler.on_header(body.size()));
    assembler.content().message_id = "m";
    for (std::size_t at = 0; at < body.size(); at += part) {
      CHECK_FALSE(assembler.is_whole());
      REQUIRE(assembler.on_body(std::string_view(body).substr(at, part)));
    }
    REQUIRE(assembler.is_whole());
    const common::Message whole = assembler.take();
    CHECK(whole.tag == 7);
    CHECK(whole.message_id == "m");
    CHECK(whole.body == body);
    CHECK_FALSE(whole.is_too_big);
    CHECK_FALSE(assembler.is_whole());
  }
}

TEST_CASE("one without a body is whole with its header") {
  ContentAssembler assembler(0);
  REQUIRE(assembler.begin({}));
  REQUIRE(assembler.on_header(0));
  CHECK(assembler.is_whole());
  CHECK_FALSE(assembler.take().is_too_big);
}

TEST_CASE("a body above the limit is left out, and the next message is read") {
  ContentAssembler assembler(3);
  REQUIRE(assembler.begin(tagged(1)));
  REQUIRE(assembler.on_header(4));
  REQUIRE(assembler.on_body("ab"));
  CHECK(assembler.content().body.empty());
  REQUIRE(assembler.on_body("cd"));
  const common::Message whole = assembler.take();
  CHECK(whole.is_too_big);
  CHECK(whole.body_bytes == 4);
  CHECK(whole.body.empty());
  REQUIRE(assembler.begin(tagged(2)));
  REQUIRE(assembler.on_header(3));
  REQUIRE(assembler.on_body("abc"));
  CHECK(assembler.take().body == "abc");
}

TEST_CASE("nothing is reserved because it was declared") {
  ContentAssembler assembler(UINT64_MAX);
  REQUIRE(assembler.begin({}));
  REQUIRE(assembler.on_header(UINT64_MAX));
  REQUIRE(assembler.on_body("a"));
  CHECK(assembler.content().body.capacity() < 100);
}

TEST_CASE("frames in another order are told") {
  ContentAssembler idle(10);
  CHECK_FALSE(idle.on_header(1));
  CHECK_FALSE(idle.on_body("a"));
  ContentAssembler begun(10);
  REQUIRE(begun.begin({}));
  CHECK_FALSE(begun.begin({}));
  CHECK_FALSE(begun.on_body("a"));
  REQUIRE(begun.on_header(2));
  CHECK_FALSE(begun.begin({}));
  CHECK_FALSE(begun.on_header(2));
  CHECK_FALSE(begun.on_body("abc"));
}

}  // namespace weir::adapters::amqp
