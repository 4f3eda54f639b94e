#pragma once

#include "clients/cpp/machine.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::clients::cpp {

/// A machine, what it sends and what it tells, in words.
class Stage {
public:
  explicit Stage(MachineOptions options = {}) : machine_(std::move(options), [] { return 200U; }) {}

  Machine& machine() { return machine_; }
  [[nodiscard]] TimePoint now() const { return now_; }
  void pass(int ms) { now_ += Duration(ms); }
  /// Lets time pass and calls tick, as an owner does at the deadline.
  void tick_after(int ms) {
    pass(ms);
    machine_.tick(now_);
    perform();
  }

  void start() {
    machine_.start(now_);
    perform();
  }
  /// A connection that the gateway has accepted.
  void connect(std::string_view limits = "{}") {
    if (count("open") == 0) start();
    machine_.on_open(now_);
    perform();
    connect_id_ = id_of(sent.at(sent_before_));
    receive("{\"re\":" + connect_id_ +
            R"(,"ok":true,"session":"s1","heartbeat_ms":15000,"server":"weir/x","limits":)" +
            std::string(limits) + "}");
  }
  void receive(std::string_view text) {
    machine_.on_message(now_, text);
    perform();
  }
  void close(std::uint16_t code, std::string reason) {
    sent_before_ = sent.size();
    machine_.on_closed(now_, code, std::move(reason));
    perform();
  }

  void perform() {
    while (auto action = machine_.next_action()) {
      if (const auto* send = std::get_if<SendAction>(&*action)) {
        sent.push_back(send->message);
      } else if (const auto* close = std::get_if<CloseAction>(&*action)) {
        done.push_back("close " + std::to_string(close->code));
        sent_before_ = sent.size();
      } else if (const auto* tell = std::get_if<TellAction>(&*action)) {
        done.push_back(to_words(tell->event));
        machine_.on_handled(now_, tell->handled_bytes);
      } else {
        done.emplace_back("open");
      }
    }
  }

  /// Takes the words so far.
  std::vector<std::string> take() { return std::exchange(done, {}); }
  [[nodiscard]] std::size_t count(std::string_view word) const {
    return static_cast<std::size_t>(std::count(done.begin(), done.end(), word));
  }
  [[nodiscard]] const std::string& last_sent() const { return sent.back(); }
  /// The value of "id" in a request.
  static std::string id_of(const std::string& request) {
    const auto at = request.find("\"id\":") + 5;
    return request.substr(at, request.find_first_of(",}", at) - at);
  }

  std::vector<std::string> sent;
  std::vector<std::string> done;

private:
  static std::string to_words(const ClientEvent& event);

  Machine machine_;
  TimePoint now_{Duration(1'000'000)};
  std::size_t sent_before_ = 0;
  std::string connect_id_;
};

inline std::string words(const Connected& event) {
  return "connected " + event.session;
}
inline std::string words(const Disconnected& event) {
  const auto retry = event.retry_in ? " retry " + std::to_string(event.retry_in->count())
                                    : std::string(" for good");
  return "disconnected " + std::to_string(event.code) + " " + event.reason + retry;
}
inline std::string words(const Reply& event) {
  auto text = "reply " + std::to_string(event.id);
  if (event.error) return text + " " + std::string(protocol::info(event.error->code).name);
  if (event.position) text += " at " + std::to_string(event.position->offset);
  if (event.max_rate) text += " rate " + std::to_string(static_cast<int>(*event.max_rate));
  return text;
}
inline std::string words(const Problem& event) {
  return "problem " + std::string(protocol::info(event.error.code).name);
}
inline std::string words(const TopicIntroduced& event) {
  return "topic " + event.topic;
}
inline std::string words(const Ready& event) {
  return "ready " + event.filter;
}
inline std::string words(const Delivered& event) {
  return "delivered " + event.topic + " " + std::to_string(event.position.offset) + " " +
         (event.data ? event.data->bytes : "nothing") + (event.is_snapshot ? " snapshot" : "");
}
inline std::string words(const Gap& event) {
  return "gap " + event.topic + " " + (event.from ? std::to_string(*event.from) : "?") + " " +
         std::to_string(event.to);
}
inline std::string words(const Stale& event) {
  return "stale " + event.topic + (event.is_stale ? " yes" : " no");
}
inline std::string words(const LimitsChanged& event) {
  return "limits " + std::to_string(event.limits.bytes_per_s);
}
inline std::string words(const Goodbye& event) {
  return "goodbye " + std::to_string(event.code);
}

inline std::string Stage::to_words(const ClientEvent& event) {
  return std::visit([](const auto& one) { return words(one); }, event);
}

inline protocol::SubscribeOptions with(protocol::Delivery delivery) {
  protocol::SubscribeOptions options;
  options.delivery = delivery;
  return options;
}

inline protocol::Publication hello() {
  protocol::Publication publication;
  publication.topic = "chat/lobby";
  publication.payload.bytes = "\"hello\"";
  return publication;
}

using Words = std::vector<std::string>;

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace weir::clients::cpp
