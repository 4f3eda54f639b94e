#include "gateway/app/service_notice.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace weir::gateway::app {
namespace {

/// The service manager's end.
class Manager {
public:
  explicit Manager(const std::string& path) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, path.size());
    REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager() { ::close(descriptor_); }

  [[nodiscard]] std::string hear() const {
    std::array<char, 256> text{};
    const auto size = ::recv(descriptor_, text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
  }

private:
  int descriptor_;
};

TEST_CASE("the service manager hears how it is") {
  const tests::TemporaryFolder folder;
  const auto path = (folder.path() / "notify").string();
  const Manager manager(path);
  const ServiceNotice notice(path);
  notice.ready();
  CHECK(manager.hear() == "READY=1");
  notice.reloading();
  CHECK(manager.hear().starts_with("RELOADING=1\nMONOTONIC_USEC="));
  notice.stopping();
  CHECK(manager.hear() == "STOPPING=1");
  CHECK(manager.hear().empty());
}

TEST_CASE("nobody who listens is no fault") {
  ServiceNotice("").ready();
  ServiceNotice("/nowhere/to/be/found").ready();
  ServiceNotice(std::string(500, 'x')).ready();
}

}  // namespace
}  // namespace weir::gateway::app
