#include "gateway/session/identity_places.hpp"

#include <cassert>
#include <utility>

namespace weir::gateway::session {

bool IdentityCounter::take(std::string_view subject) {
  const auto found = counts_.find(subject);
  if (found == counts_.end()) {
    counts_.emplace(subject, 1);
    return true;
  }
  if (found->second >= per_identity_) return false;
  ++found->second;
  return true;
}

void IdentityCounter::release(std::string_view subject) {
  const auto found = counts_.find(subject);
  assert(found != counts_.end());
  if (--found->second == 0) counts_.erase(found);
}

IdentityPlace::IdentityPlace(IdentityPlace&& other) noexcept
    : places_(std::exchange(other.places_, nullptr)), subject_(std::move(other.subject_)) {
}

IdentityPlace& IdentityPlace::operator=(IdentityPlace&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  places_ = std::exchange(other.places_, nullptr);
  subject_ = std::move(other.subject_);
  return *this;
}

bool IdentityPlace::hold(IdentityPlaces* places, std::string_view subject) {
  if (places_ != nullptr || places == nullptr || subject.empty()) return true;
  if (!places->take(subject)) return false;
  places_ = places;
  subject_ = subject;
  return true;
}

void IdentityPlace::give_back() {
  if (places_ != nullptr) std::exchange(places_, nullptr)->release(subject_);
}

}  // namespace weir::gateway::session
