#include "adapters/tcp/feed_connection.hpp"

#include "adapters/tcp/feed_stream.hpp"

#include <utility>

namespace weir::adapters::tcp {

class FeedConnection::Implementation {
public:
  Implementation(boost::asio::io_context& context,
                 Options options,
                 std::unique_ptr<FeedSession> session,
                 Events events)
      : session_(std::move(session)),
        events_(std::move(events)),
        handshake_max_(options.handshake_max),
        must_speak_(options.must_speak),
        begun_at_(std::chrono::steady_clock::now()),
        stream_(context, options.descriptor, std::move(options.tls), stream_events()) {}

  [[nodiscard]] bool is_live() const { return stream_.is_live(); }
  [[nodiscard]] bool is_ready() const { return is_ready_; }
  [[nodiscard]] FeedSession& session() { return *session_; }

  void go_on() {
    if (!is_live()) return;
    if (!is_named_ && session_->has_name()) {
      is_named_ = true;
      events_.named();
    }
    if (!stream_.is_reading() && session_->wants_read()) stream_.read(session_->prepare());
    if (stream_.is_open() && !stream_.is_writing() && session_->has_output()) {
      output_.clear();
      session_->take_output(output_);
      stream_.write(output_);
    }
    if (!is_ready_ && is_live() && stream_.is_open() && session_->is_admitted() &&
        (!must_speak_ || session_->has_spoken())) {
      is_ready_ = true;
      events_.ready();
    }
  }

  void tick(TimePoint now) {
    if (!is_live()) return;
    if (now - stream_.progress_at(now) > stall_max) {
      close("it takes nothing of what it is sent");
    } else if (session_->is_finished()) {
      finish(now);
    } else if (!is_ready_) {
      if (now - begun_at_ > handshake_max_) close("it has not shown in time that it may feed");
    } else if (!session_->beat(now)) {
      close("it is silent");
    } else {
      is_finishing_ = false;
      go_on();
    }
  }

  void close(const std::string& reason) { stream_.close(reason); }

private:
  FeedStream::Events stream_events() {
    return {.read =
                [this](std::size_t bytes) {
                  session_->on_read(bytes);
                  go_on();
                },
            .ended =
                [this] {
                  session_->on_end();
                  go_on();
                },
            .written =
                [this] {
                  session_->on_written();
                  go_on();
                },
            .opened = [this] { go_on(); },
            .closed =
                [this](const std::string& reason) {
                  const auto closed = std::move(events_.closed);  // this is gone before it returns
                  closed(reason);
                }};
  }

  void finish(TimePoint now) {
    if (!std::exchange(is_finishing_, true)) {
      finishing_since_ = now;
      // closing while it still sends would be a reset, which may overtake what it was told
      if (session_->is_refused()) stream_.finish_writing();
      return;
    }
    if (!session_->is_refused()) {
      // a tick later, so that receipts of failures still find their way
      close("it has ended");
    } else if (session_->has_ended() || now - finishing_since_ > farewell_max) {
      close("it may not feed");
    }
  }

  std::unique_ptr<FeedSession> session_;
  Events events_;
  std::chrono::milliseconds handshake_max_;
  bool must_speak_;
  TimePoint begun_at_;
  TimePoint finishing_since_{};
  std::string output_;  ///< what was given to the stream
  bool is_ready_ = false;
  bool is_named_ = false;
  bool is_finishing_ = false;
  FeedStream stream_;  // last, as its events use the others
};

FeedConnection::FeedConnection(boost::asio::io_context& context,
                               Options options,
                               std::unique_ptr<FeedSession> session,
                               Events events)
    : implementation_(std::make_unique<Implementation>(
          context, std::move(options), std::move(session), std::move(events))) {
}

FeedConnection::~FeedConnection() = default;

bool FeedConnection::is_live() const {
  return implementation_->is_live();
}

bool FeedConnection::is_ready() const {
  return implementation_->is_ready();
}

FeedSession& FeedConnection::session() {
  return implementation_->session();
}

const FeedSession& FeedConnection::session() const {
  return implementation_->session();
}

void FeedConnection::go_on() {
  implementation_->go_on();
}

void FeedConnection::tick(TimePoint now) {
  implementation_->tick(now);
}

void FeedConnection::close(const std::string& reason) {
  implementation_->close(reason);
}

}  // namespace weir::adapters::tcp
