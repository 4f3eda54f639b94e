#include "gateway/net/tls_context.hpp"

#include "tests/support/certificate_files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <fstream>
#include <string>

namespace weir::gateway::net {
namespace {

using tests::make_certificate_files;

TEST_CASE("a certificate and its key make a context that knows its end") {
  const tests::TemporaryFolder folder;
  const auto own = make_certificate_files(folder.path(), "gateway");
  const auto context = TlsContext::load({own.certificate, own.key, own.certificate});
  REQUIRE(context);
  CHECK(context->expires_unix_s() > std::time(nullptr));
  CHECK(context->expires_unix_s() <= std::time(nullptr) + 24 * 3600);
  const auto copy =
      *context;  // NOLINT(performance-unnecessary-copy-initialization): it is the test
  CHECK(copy.native() == context->native());
}

TEST_CASE("files that cannot be used are told by their names") {
  const tests::TemporaryFolder folder;
  const auto own = make_certificate_files(folder.path(), "gateway");
  const auto other = make_certificate_files(folder.path(), "other");
  const auto error = [](const TlsFiles& files) {
    const auto context = TlsContext::load(files);
    REQUIRE_FALSE(context);
    return context.error();
  };
  CHECK(error({folder.path() / "none.pem", own.key, {}}).find("none.pem: ") != std::string::npos);
  CHECK(error({own.certificate, other.key, {}}).ends_with("other.key: key values mismatch"));
  CHECK(error({own.certificate, own.certificate, {}}).find("gateway.pem: ") != std::string::npos);
  std::ofstream(folder.path() / "empty.pem") << "";
  CHECK(error({own.certificate, own.key, folder.path() / "empty.pem"}).find("empty.pem: ") !=
        std::string::npos);
}

}  // namespace
}  // namespace weir::gateway::net
