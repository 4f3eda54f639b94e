#include "adapters/common/tls_context.hpp"

#include "adapters/abi/adapter.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::common {
namespace {

using Role = TlsOptions::Role;

struct Fixture {
  tests::TemporaryFolder folder;
  tests::Certificate root = tests::make_certificate({.name = "root"});
  tests::Certificate own = tests::make_certificate({.issuer = &root});

  std::string file(const char* name, const std::string& text) const {
    return tests::write_file(folder.path() / name, text);
  }
  /// Why it is refused; empty: it is not.
  static std::string refusal(const TlsOptions& options) {
    try {
      const TlsContext context(options);
      return {};
    } catch (const abi::Failure& failure) {
      return failure.what();
    }
  }
  static void check_refusal(const TlsOptions& options, const char* part) {
    const std::string reason = refusal(options);
    CAPTURE(reason);
    CHECK(reason.find(part) != std::string::npos);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a certificate with its key, and roots, are taken") {
  const std::string ca = file("ca.pem", root.pem + own.pem);
  CHECK(refusal({.certificate = file("c.pem", own.pem + root.pem),
                 .key = file("k.pem", own.key),
                 .ca = ca}) == "");
  CHECK(refusal({.role = Role::client, .ca = ca}) == "");
  CHECK(refusal({.role = Role::client}) == "");
}

TEST_CASE_FIXTURE(Fixture, "what is wrong with a file is told with its key and its name") {
  const std::string certificate = file("c.pem", own.pem);
  const std::string key = file("k.pem", own.key);
  const std::string junk = file("junk.pem", "-----BEGIN CERTIFICATE-----\nhello\n");
  const std::string other = file("other.pem", tests::make_certificate({.issuer = &root}).key);
  check_refusal({.certificate = "/none/c.pem", .key = key},
                "key 'tls.certificate' names '/none/c.pem', which cannot be read: No such file");
  check_refusal({.certificate = junk, .key = key}, "key 'tls.certificate' names");
  check_refusal({.certificate = junk, .key = key}, "which holds no certificate in PEM");
  check_refusal({.certificate = certificate, .key = "/none/k.pem"}, "key 'tls.key' names");
  check_refusal({.certificate = certificate, .key = junk}, "which holds no private key in PEM");
  check_refusal({.certificate = certificate, .key = other},
                "which is not the key of the certificate in");
  check_refusal({.certificate = certificate, .key = key, .ca = key}, "key 'tls.client_ca' names");
  check_refusal({.role = Role::client, .ca = junk}, "key 'tls.ca' names");
}

TEST_CASE_FIXTURE(Fixture, "an encrypted key is refused, not asked for") {
  const std::string encrypted =
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
  check_refusal({.certificate = file("c.pem", own.pem), .key = file("k.pem", encrypted)},
                "which holds no private key in PEM that is not encrypted");
}

TEST_CASE_FIXTURE(Fixture, "a certificate outside of its time is refused with that time") {
  const auto past = tests::make_certificate({.issuer = &root, .begins_s = -7200, .ends_s = -60});
  const auto future = tests::make_certificate({.issuer = &root, .begins_s = 3600, .ends_s = 7200});
  check_refusal({.certificate = file("p.pem", past.pem), .key = file("pk.pem", past.key)},
                "which has expired: ");
  check_refusal({.certificate = file("f.pem", future.pem), .key = file("fk.pem", future.key)},
                "which is not valid before ");
}

}  // namespace weir::adapters::common
