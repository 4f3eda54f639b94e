#include "tests/conformance/echo_peer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::tests::conformance {
namespace {

using namespace std::string_literals;

struct Text {
  std::string_view name;
  std::string bytes;
};

// After Markus Kuhn's "UTF-8 decoder capability and stress test"; the numbers are Autobahn's.
const Text valid[] = {
    {"6.1: empty", ""},
    {"6.2.1", "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!"},
    {"6.5.1: Greek", "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"},
    {"6.7.1: first of one byte", "\x00"s},
    {"6.7.2: first of two", "\xc2\x80"},
    {"6.7.3: first of three", "\xe0\xa0\x80"},
    {"6.7.4: first of four", "\xf0\x90\x80\x80"},
    {"6.9.1: last of one byte", "\x7f"},
    {"6.9.2: last of two", "\xdf\xbf"},
    {"6.9.3: last of three", "\xef\xbf\xbf"},
    {"6.9.4: last of four", "\xf4\x8f\xbf\xbf"},
    {"6.11.1: before the surrogates", "\xed\x9f\xbf"},
    {"6.11.2: after the surrogates", "\xee\x80\x80"},
    {"6.11.3: replacement character", "\xef\xbf\xbd"},
    {"6.11.4: the last code point", "\xf4\x8f\xbf\xbf"},
    {"6.22: non-characters", "\xef\xbf\xbe\xef\xbf\xbf\xf0\x9f\xbf\xbe\xf4\x8f\xbf\xbe"},
    {"6.23: specials", "\xef\xbf\xb9\xef\xbf\xba\xef\xbf\xbb\xef\xbf\xbc\xef\xbf\xbd"},
};

const Text invalid[] = {
    {"6.3.1: a surrogate after Greek",
     "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80 edited"},
    {"6.6: cut after one byte", "\xce"},
    {"6.6: cut inside Greek", "\xce\xba\xe1\xbd"},
    {"6.8.1: five bytes", "\xf8\x88\x80\x80\x80"},
    {"6.8.2: six bytes", "\xfc\x84\x80\x80\x80\x80"},
    {"6.10.1: beyond the last of four", "\xf7\xbf\xbf\xbf"},
    {"6.10.2: last of five", "\xfb\xbf\xbf\xbf\xbf"},
    {"6.10.3: last of six", "\xfd\xbf\xbf\xbf\xbf\xbf"},
    {"6.11.5: after the last code point", "\xf4\x90\x80\x80"},
    {"6.12.1: first continuation byte alone", "\x80"},
    {"6.12.2: last continuation byte alone", "\xbf"},
    {"6.12.3: two continuation bytes", "\x80\xbf"},
    {"6.12.8: all continuation bytes", "\x80\x81\x82\x83\x84\x85\xbd\xbe\xbf"},
    {"6.13.1: starts of two, each with a blank", "\xc0 \xc1 \xc2 \xdf "},
    {"6.13.2: starts of three, each with a blank", "\xe0 \xe1 \xed \xef "},
    {"6.13.3: starts of four, each with a blank", "\xf0 \xf1 \xf4 \xf7 "},
    {"6.14.1: two bytes without the last", "\xc0"},
    {"6.14.2: three without the last", "\xe0\x80"},
    {"6.14.3: four without the last", "\xf0\x80\x80"},
    {"6.14.6: the last of two bytes without its last", "\xdf"},
    {"6.14.7: the last of three without its last", "\xef\xbf"},
    {"6.14.8: the last of four without its last", "\xf7\xbf\xbf"},
    {"6.15.1: many of these", "\xc0\xe0\x80\xf0\x80\x80\xdf\xef\xbf"},
    {"6.16.1: FE", "\xfe"},
    {"6.16.2: FF", "\xff"},
    {"6.16.3: both", "\xfe\xfe\xff\xff"},
    {"6.17.1: overlong slash in two bytes", "\xc0\xaf"},
    {"6.17.2: in three", "\xe0\x80\xaf"},
    {"6.17.3: in four", "\xf0\x80\x80\xaf"},
    {"6.17.4: in five", "\xf8\x80\x80\x80\xaf"},
    {"6.18.1: the largest overlong of two", "\xc1\xbf"},
    {"6.18.2: of three", "\xe0\x9f\xbf"},
    {"6.18.3: of four", "\xf0\x8f\xbf\xbf"},
    {"6.19.1: overlong NUL of two", "\xc0\x80"},
    {"6.19.2: of three", "\xe0\x80\x80"},
    {"6.19.3: of four", "\xf0\x80\x80\x80"},
    {"6.20.1: first surrogate", "\xed\xa0\x80"},
    {"6.20.4: last high surrogate", "\xed\xaf\xbf"},
    {"6.20.5: first low surrogate", "\xed\xb0\x80"},
    {"6.20.7: last surrogate", "\xed\xbf\xbf"},
    {"6.21.1: a pair of surrogates", "\xed\xa0\x80\xed\xb0\x80"},
    {"6.21.8: the last pair", "\xed\xaf\xbf\xed\xbf\xbf"},
};

/// One frame; two frames cut at every place; one frame for every byte.
std::vector<std::string> all_fragmentations(std::string_view text) {
  std::vector<std::string> streams{frame({Opcode::text}, text)};
  std::string by_byte = frame({Opcode::text, false}, "");
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    streams.push_back(frame({Opcode::text, false}, text.substr(0, cut)) +
                      frame({Opcode::continuation}, text.substr(cut)));
    by_byte += frame({Opcode::continuation, false}, text.substr(cut, 1));
  }
  streams.push_back(by_byte + frame({Opcode::continuation}, ""));
  return streams;
}

}  // namespace

TEST_CASE("6: valid text comes back, however it is cut into frames and reads") {
  for (const auto& row : valid) {
    CAPTURE(row.name);
    for (const auto& stream : all_fragmentations(row.bytes)) {
      for (const std::size_t piece_bytes : {1U, 2U, 5U, 1000U}) {
        CHECK(answers(stream + close_frame(1000), {piece_bytes}) ==
              Transcript{"text:" + row.bytes, normal});
      }
    }
  }
}

TEST_CASE("6: invalid text is refused, however it is cut into frames and reads") {
  for (const auto& row : invalid) {
    CAPTURE(row.name);
    for (const auto& stream : all_fragmentations(row.bytes)) {
      for (const std::size_t piece_bytes : {1U, 2U, 5U, 1000U}) {
        CHECK(answers(stream + close_frame(1000), {piece_bytes}) == Transcript{invalid_payload});
      }
    }
  }
}

TEST_CASE("6.4: invalid text is refused before its frame or its message is complete") {
  const std::string valid_part = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
  const std::string bad_part = "\xf4\x90\x80\x80";
  const auto header =
      std::string(websocket::EncodedHeader({Opcode::text}, 100, websocket::MaskKey{}).view());
  const Case cases[] = {
      {"6.4.1: the bad part is a frame, and the last never comes",
       frame({Opcode::text, false}, valid_part) + frame({Opcode::continuation, false}, bad_part),
       {invalid_payload}},
      {"6.4.2: the same, bad from its second byte on",
       frame({Opcode::text, false}, valid_part + "\xf4") +
           frame({Opcode::continuation, false}, "\x90"),
       {invalid_payload}},
      {"6.4.3: one frame, of which the rest never comes",
       header + valid_part + bad_part,
       {invalid_payload}},
      {"6.4.4: one frame, up to the first bad byte",
       header + valid_part + "\xf4\x90",
       {invalid_payload}},
      {"up to the byte before it, all may still be well", header + valid_part + "\xf4", {}},
  };
  check_cases(cases);
}

}  // namespace weir::tests::conformance
