#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>
#include <weir/enums.hpp>
#include <weir/host.hpp>
#include <weir/text.hpp>
#include <weir/weir_adapter.h>

// The C++ face of weir_adapter.h: derive from Adapter, return adapter_table<Yours>() from the entry
// function. Nothing but the standard library. adapters/examples/clock is a whole plug-in.
namespace weir::adapters::abi {

/// Why an adapter cannot do something, in words that the gateway can pass on. Thrown by the
/// constructor and `start` of an Adapter.
class Failure : public std::runtime_error {
public:
  explicit Failure(const std::string& message, weir_error_code code = WEIR_ERROR_BAD_REQUEST)
      : std::runtime_error(message), code_(code) {}
  [[nodiscard]] weir_error_code code() const { return code_; }

private:
  weir_error_code code_;
};

/// What an adapter is opened with. The views end with the constructor.
struct Settings {
  std::string_view name;                 ///< of this adapter in the gateway's config
  std::string_view config;               ///< its own configuration: one JSON object
  std::vector<std::string_view> topics;  ///< filters that it owns
  std::uint64_t entry_bytes_max = 0;     ///< larger payloads are refused
  std::uint64_t line_bytes_max = 0;      ///< for one line of a text protocol
};

/// Receipts of one call; newer gateways may have larger ones.
class Receipts {
public:
  Receipts(const weir_receipt* items, std::size_t count) : items_(items), count_(count) {}
  [[nodiscard]] std::size_t size() const { return count_; }
  /// Its texts and its error live for the call.
  [[nodiscard]] weir_receipt operator[](std::size_t index) const {
    return sized_element(items_, index);
  }

private:
  const weir_receipt* items_;
  std::size_t count_;
};

/// One source of topics. A derived class has a constructor (const Settings&, Host): it checks the
/// configuration with no effect that others could see, and throws Failure where it must. The
/// destructor frees everything. What it does not override, the gateway knows it cannot do.
///
/// Threads: as weir_adapter.h says: one call at a time, but `receipts` may come at any time.
/// Errors:  the constructor and `start` throw to fail; what another function throws is logged,
///          counted as `exceptions`, and goes no further.
class Adapter {
public:
  Adapter() = default;
  virtual ~Adapter() = default;
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;

  /// Begins to work; must not wait for the source. Where it throws, the destructor follows.
  virtual void start() = 0;
  /// Ends all work and waits for the own threads.
  virtual void stop() = 0;

  // Between the two, and at once:

  virtual void wanted(std::string_view /*filter*/) {}
  virtual void unwanted(std::string_view /*filter*/) {}
  /// The end of Answer::slow_down; may come before `publish` has returned that.
  virtual void resumed() {}
  virtual void receipts(const Receipts& /*receipts*/) {}
  /// A client published this to a topic that the adapter owns.
  virtual void send(PendingSend /*send*/, const weir_publication& /*publication*/) {}
  virtual void replay(PendingReplay /*replay*/, const weir_replay_request& /*request*/) {}
};

/// How an Adapter is called through the table of C functions.
template <class Derived>
class AdapterFunctions {
public:
  static weir_adapter table(std::string_view name, std::string_view version) {
    weir_adapter table{};
    table.size = sizeof table;
    table.abi_version = WEIR_ABI_VERSION;
    table.name = to_text(name);
    table.version = to_text(version);
    table.open = open;
    table.start = start;
    table.stop = [](void* self) {
      guarded(self, "stop", [](Derived& adapter) { adapter.stop(); });
    };
    table.close = [](void* self) {
      const std::unique_ptr<Opened> owned(static_cast<Opened*>(self));
    };
    // A member that is not overridden has the type of a member of Adapter.
    if constexpr (!std::is_same_v<decltype(&Derived::wanted), decltype(&Adapter::wanted)>)
      table.wanted = [](void* self, weir_text filter) {
        guarded(self, "wanted", [&](Derived& adapter) { adapter.wanted(to_view(filter)); });
      };
    if constexpr (!std::is_same_v<decltype(&Derived::unwanted), decltype(&Adapter::unwanted)>)
      table.unwanted = [](void* self, weir_text filter) {
        guarded(self, "unwanted", [&](Derived& adapter) { adapter.unwanted(to_view(filter)); });
      };
    if constexpr (!std::is_same_v<decltype(&Derived::resumed), decltype(&Adapter::resumed)>)
      table.resumed = [](void* self) {
        guarded(self, "resumed", [](Derived& adapter) { adapter.resumed(); });
      };
    if constexpr (!std::is_same_v<decltype(&Derived::receipts), decltype(&Adapter::receipts)>)
      table.receipts = [](void* self, const weir_receipt* items, std::size_t count) {
        guarded(
            self, "receipts", [&](Derived& adapter) { adapter.receipts(Receipts(items, count)); });
      };
    if constexpr (!std::is_same_v<decltype(&Derived::send), decltype(&Adapter::send)>)
      table.send = send;
    if constexpr (!std::is_same_v<decltype(&Derived::replay), decltype(&Adapter::replay)>)
      table.replay = replay;
    return table;
  }

private:
  static_assert(std::is_base_of_v<Adapter, Derived>);

  struct Opened {
    Host host;
    std::unique_ptr<Derived> adapter;
  };

  static void* open(const weir_settings* settings, const weir_host* host, weir_error* error) {
    void* self = nullptr;
    guarded(error, [&] {
      const weir_settings from = sized_copy(settings);
      Settings to{.name = to_view(from.name),
                  .config = to_view(from.config),
                  .topics = {},
                  .entry_bytes_max = from.entry_bytes_max,
                  .line_bytes_max = from.line_bytes_max};
      for (std::size_t i = 0; i < from.topic_count; ++i)
        to.topics.push_back(to_view(from.topics[i]));
      auto opened = std::make_unique<Opened>(Opened{Host(host), nullptr});
      opened->adapter = std::make_unique<Derived>(to, opened->host);
      self = opened.release();
    });
    return self;
  }

  static int start(void* self, weir_error* error) {
    return guarded(error, [self] { static_cast<Opened*>(self)->adapter->start(); }) ? 0 : -1;
  }

  static void send(void* self, std::uint64_t id, const weir_publication* publication) {
    guarded(self, "send", [&](Derived& adapter) {
      adapter.send(PendingSend(static_cast<Opened*>(self)->host, id), sized_copy(publication));
    });
  }

  static void replay(void* self, const weir_replay_request* request) {
    guarded(self, "replay", [&](Derived& adapter) {
      const weir_replay_request wish = sized_copy(request);
      adapter.replay(PendingReplay(static_cast<Opened*>(self)->host, wish.id), wish);
    });
  }

  /// For `open` and `start`, which may fail.
  template <class Call>
  static bool guarded(weir_error* error, Call call) noexcept {
    try {
      call();
      return true;
    } catch (const Failure& failure) {
      fill_error(error, failure.code(), failure.what());
    } catch (const std::exception& exception) {
      fill_error(error, WEIR_ERROR_INTERNAL, exception.what());
    } catch (...) {
      fill_error(error, WEIR_ERROR_INTERNAL, "it threw something that is no std::exception");
    }
    return false;
  }

  /// For all others, which may not.
  template <class Call>
  static void guarded(void* self, std::string_view what, Call call) noexcept {
    auto& opened = *static_cast<Opened*>(self);
    try {
      call(*opened.adapter);
    } catch (const std::exception& exception) {
      report(opened.host, what, exception.what());
    } catch (...) {
      report(opened.host, what, "something that is no std::exception");
    }
  }

  static void report(const Host& host, std::string_view what, std::string_view reason) noexcept {
    host.count("exceptions");
    try {
      host.log(Level::error, std::string(what) + " threw " + std::string(reason));
    } catch (const std::bad_alloc&) {
      host.log(Level::error, what);
    }
  }
};

/// What an entry function returns: the table of `Derived`, or nullptr for a gateway of another
/// version. `name` and `version` of the plug-in are for people, and literals.
template <class Derived>
[[nodiscard]] const weir_adapter* adapter_table(std::uint32_t host_abi_version,
                                                std::string_view name,
                                                std::string_view version) {
  static const weir_adapter table = AdapterFunctions<Derived>::table(name, version);
  return host_abi_version == WEIR_ABI_VERSION ? &table : nullptr;
}

}  // namespace weir::adapters::abi
