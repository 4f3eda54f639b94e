#include "protocol/native/json_codec.hpp"
#include "protocol/websocket/frame_encoder.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/bench/core/hub_bench.hpp"
#include "tests/bench/core/plain_codec.hpp"
#include "tests/bench/counts/path.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace weir::tests::bench {
namespace {

namespace websocket = protocol::websocket;

constexpr std::size_t followers = 1000;

protocol::Publication event(std::string_view topic) {
  protocol::Publication publication;
  publication.topic = topic;
  publication.payload.bytes = "{\"pad\":\"" + std::string(118, 'x') + "\"}";
  publication.kind = protocol::Kind::stream;
  return publication;
}

/// One topic that a thousand sessions follow with `all`; the codec costs nothing.
class Followed : public Path {
protected:
  Followed() {
    hub_.begin_turn();
    for (std::size_t count = 0; count < followers; ++count) hub_.add_session("bench/a");
    hub_.flush();
    hub_.end_turn();
  }

  PlainCodec codec_;
  HubBench hub_{codec_};
  std::uint64_t rounds_ = 0;
};

/// An entry is put into the ring, and a thousand cells that had everything are told.
class AppendAndMark final : public Followed {
public:
  void prepare() override {
    hub_.flush();
    hub_.begin_turn();
  }
  void round() override {
    hub_.publish(event("bench/a"));
    ++rounds_;
  }
  [[nodiscard]] bool is_sound() override { return rounds_ > 0 && hub_.asked() == followers; }
};

/// A thousand sessions pull that entry: one makes the frame, the others share it.
class PullSharedFrame final : public Followed {
public:
  void prepare() override {
    hub_.begin_turn();
    hub_.publish(event("bench/a"));
  }
  void round() override {
    hub_.flush();
    ++rounds_;
  }
  [[nodiscard]] bool is_sound() override { return hub_.deliveries() == rounds_ * followers; }
};

/// A client's masked frame of some hundred bytes becomes a message.
class ReadClientFrame final : public Path {
public:
  ReadClientFrame() {
    websocket::append_masked_frame(
        frame_, {websocket::Opcode::text}, std::string(200, 'x'), websocket::MaskKey{1, 2, 3, 4});
  }
  void prepare() override { bytes_.assign(frame_.begin(), frame_.end()); }
  void round() override {
    protocol::MutableByteView rest(bytes_);
    const auto inbound = assembler_.next(rest);
    if (inbound && *inbound && std::holds_alternative<websocket::Message>(**inbound)) ++messages_;
    ++rounds_;
  }
  [[nodiscard]] bool is_sound() override { return messages_ == rounds_; }

private:
  websocket::MessageLimits limits_;
  websocket::MessageAssembler assembler_{websocket::Role::server, limits_, std::nullopt};
  std::string frame_;
  std::vector<std::uint8_t> bytes_;
  std::uint64_t rounds_ = 0;
  std::uint64_t messages_ = 0;
};

/// What clients say most becomes commands.
class DecodeCommands final : public Path {
public:
  void round() override {
    for (const auto message : messages_) {
      if (protocol::native::json_codec().decode(message)) ++decoded_;
    }
    ++rounds_;
  }
  [[nodiscard]] bool is_sound() override { return decoded_ == rounds_ * messages_.size(); }

private:
  static constexpr std::array<std::string_view, 4> messages_{
      R"({"op":"subscribe","id":2,"filter":"quotes/+","delivery":"latest","max_rate":5})",
      R"({"op":"publish","id":5,"topic":"chat/lobby","data":{"from":"a","text":"something to say"}})",
      R"({"op":"ack","bytes":123456})",
      R"({"op":"ping","id":8})"};
  std::uint64_t rounds_ = 0;
  std::uint64_t decoded_ = 0;
};

/// One session with `latest` pulls what has changed: the frame is made for it.
class EncodeChange : public Path {
public:
  void prepare() override {
    hub_.begin_turn();
    hub_.publish(next());
  }
  void round() override {
    hub_.flush();
    ++rounds_;
  }
  [[nodiscard]] bool is_sound() override {
    const auto each = (hub_.bytes() - bytes_before_) / std::max<std::uint64_t>(rounds_, 1);
    return hub_.deliveries() == rounds_ + 1 && each < whole_bytes_ / 2;
  }

protected:
  /// `whole`: what the topic begins with.
  void begin(std::string_view subscribe, protocol::Publication whole) {
    whole_bytes_ = whole.payload.bytes.size();
    hub_.begin_turn();
    hub_.publish(std::move(whole));
    hub_.add_session(subscribe);
    hub_.flush();
    hub_.end_turn();
    bytes_before_ = hub_.bytes();
  }
  [[nodiscard]] virtual protocol::Publication next() = 0;
  [[nodiscard]] std::string number() { return std::to_string(100'000 + ++made_ % 100'000); }

private:
  HubBench hub_{protocol::native::json_codec()};
  std::size_t whole_bytes_ = 0;
  std::size_t bytes_before_ = 0;
  std::uint64_t rounds_ = 0;
  std::uint64_t made_ = 0;
};

/// Twenty fields, of which two change.
std::string object_of_twenty(const std::string& bid, const std::string& ask) {
  std::string text = R"({"bid":)" + bid + R"(,"ask":)" + ask;
  for (int i = 2; i < 20; ++i) text += ",\"field" + std::to_string(i) + "\":\"0123456789\"";
  return text + "}";
}

class EncodeDelta final : public EncodeChange {
public:
  EncodeDelta() {
    protocol::Publication whole;
    whole.topic = "bench/r";
    whole.kind = protocol::Kind::record;
    whole.payload.bytes = object_of_twenty("1", "2");
    begin(R"({"op":"subscribe","id":1,"filter":"bench/r"})", std::move(whole));
  }

private:
  protocol::Publication next() override {
    protocol::Publication update;
    update.topic = "bench/r";
    update.operation = protocol::Operation::update;
    update.fields = {{"bid", number()}, {"ask", number()}};
    return update;
  }
};

class EncodePatch final : public EncodeChange {
public:
  EncodePatch() {
    begin(R"({"op":"subscribe","id":1,"filter":"bench/v","delta":"patch"})", next());
  }

private:
  protocol::Publication next() override {
    protocol::Publication value;
    value.topic = "bench/v";
    value.kind = protocol::Kind::value;
    value.payload.bytes = object_of_twenty(number(), number());
    return value;
  }
};

template <class Some>
std::unique_ptr<Path> make() {
  return std::make_unique<Some>();
}

}  // namespace

const std::vector<NamedPath>& paths() {
  static const std::vector<NamedPath> all{{"append_and_mark", make<AppendAndMark>},
                                          {"pull_shared_frame", make<PullSharedFrame>},
                                          {"read_client_frame", make<ReadClientFrame>},
                                          {"decode_commands", make<DecodeCommands>},
                                          {"encode_delta", make<EncodeDelta>},
                                          {"encode_patch", make<EncodePatch>}};
  return all;
}

}  // namespace weir::tests::bench
