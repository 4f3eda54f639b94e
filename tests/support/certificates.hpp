#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace weir::tests {

/// A certificate and its key, both in PEM.
struct Certificate {
  std::string pem;
  std::string key;
};

/// What a certificate shall say.
struct CertificateWish {
  std::string name = "test";               ///< its common name
  std::string for_hosts = "IP:127.0.0.1";  ///< as in subjectAltName
  const Certificate* issuer = nullptr;     ///< nullptr: it is a root, which may issue others
  long begins_s = -3600;                   ///< seconds from now
  long ends_s = 3600;                      ///< seconds from now
};

namespace certificates {

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using X509Pointer = std::unique_ptr<X509, Free<X509_free>>;

inline void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("no certificate: ") + what);
}

inline std::string text_of(BIO* bio) {
  std::string text(BIO_ctrl_pending(bio), '\0');
  if (!text.empty()) BIO_read(bio, text.data(), static_cast<int>(text.size()));
  return text;
}

inline Bio reader_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

inline void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  require(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace certificates

/// Makes one with OpenSSL, on the spot: nothing that can expire lies in the tree.
inline Certificate make_certificate(const CertificateWish& wish) {
  using namespace certificates;
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  const X509Pointer made(X509_new());
  require(key && made, "memory");
  X509* const certificate = made.get();
  static long serial = 0;
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), wish.begins_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), wish.ends_s);
  X509_set_pubkey(certificate, key.get());
  const std::basic_string<unsigned char> name(wish.name.begin(), wish.name.end());
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, name.c_str(), -1, -1, 0);
  X509Pointer issuer;
  Key issuer_key;
  if (wish.issuer != nullptr) {
    issuer.reset(PEM_read_bio_X509(reader_of(wish.issuer->pem).get(), nullptr, nullptr, nullptr));
    issuer_key.reset(
        PEM_read_bio_PrivateKey(reader_of(wish.issuer->key).get(), nullptr, nullptr, nullptr));
    require(issuer && issuer_key, "its issuer");
    extend(certificate, issuer.get(), NID_subject_alt_name, wish.for_hosts);
  } else {
    extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  }
  X509* const signer = issuer ? issuer.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  require(X509_sign(certificate, issuer_key ? issuer_key.get() : key.get(), EVP_sha256()) > 0,
          "its signature");

  const Bio pem(BIO_new(BIO_s_mem()));
  const Bio key_pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(pem.get(), certificate);
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(pem.get()), text_of(key_pem.get())};
}

/// Writes a file and returns its name.
inline std::string write_file(const std::string& name, const std::string& text) {
  std::ofstream(name, std::ios::binary) << text;
  return name;
}

}  // namespace weir::tests
