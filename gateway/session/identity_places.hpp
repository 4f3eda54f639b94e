#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace weir::gateway::session {

/// How many sessions each identity has, and whether it may have another. Outlives the sessions.
/// With several shards the app gives all of them the same one, which it makes safe for their
/// threads.
class IdentityPlaces {
public:
  virtual ~IdentityPlaces() = default;

  /// Counts a session when it is let in; `release` then takes it back.
  [[nodiscard]] virtual bool take(std::string_view subject) = 0;
  virtual void release(std::string_view subject) = 0;
  [[nodiscard]] virtual std::size_t per_identity() const = 0;
};

/// Counts the sessions of each subject, for one thread.
class IdentityCounter final : public IdentityPlaces {
public:
  explicit IdentityCounter(std::size_t per_identity) : per_identity_(per_identity) {}

  [[nodiscard]] bool take(std::string_view subject) override;
  void release(std::string_view subject) override;
  [[nodiscard]] std::size_t per_identity() const override { return per_identity_; }

  /// Identities that have sessions.
  [[nodiscard]] std::size_t size() const { return counts_.size(); }

private:
  struct Hash {
    using is_transparent = void;  // NOLINT(*-identifier-naming): the library's name
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  std::size_t per_identity_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> counts_;
};

/// One place of an identity, given back with the object.
class IdentityPlace {
public:
  IdentityPlace() = default;
  IdentityPlace(const IdentityPlace&) = delete;
  IdentityPlace& operator=(const IdentityPlace&) = delete;
  IdentityPlace(IdentityPlace&& other) noexcept;
  IdentityPlace& operator=(IdentityPlace&& other) noexcept;
  ~IdentityPlace() { give_back(); }

  /// True: it is held, or need not be: nobody counts, or the subject is nobody in particular. An
  /// object is asked for one subject only.
  [[nodiscard]] bool hold(IdentityPlaces* places, std::string_view subject);

private:
  void give_back();

  IdentityPlaces* places_ = nullptr;  ///< nullptr: holds none
  std::string subject_;
};

}  // namespace weir::gateway::session
