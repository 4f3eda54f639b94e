#pragma once

#include "tests/support/certificates.hpp"

#include <filesystem>
#include <string>

namespace weir::tests {

/// Files of a certificate and of its key.
struct CertificateFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// Makes them in `folder`: `<name>.pem` and `<name>.key`, of a root that is called `name`.
[[nodiscard]] inline CertificateFiles make_certificate_files(const std::filesystem::path& folder,
                                                             const std::string& name) {
  const auto made = make_certificate({.name = name});
  return {write_file((folder / (name + ".pem")).string(), made.pem),
          write_file((folder / (name + ".key")).string(), made.key)};
}

}  // namespace weir::tests
