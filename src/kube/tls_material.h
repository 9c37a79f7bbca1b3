// Certificates and keys as OpenSSL objects, read from PEM texts in memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/types.h>

#include "base/result.h"
#include "kube/connection.h"

namespace pawl::kube {

struct OpensslFree {
  void operator()(X509* certificate) const;
  void operator()(EVP_PKEY* key) const;
  void operator()(X509_STORE* store) const;
};
using X509Pointer = std::unique_ptr<X509, OpensslFree>;
using KeyPointer = std::unique_ptr<EVP_PKEY, OpensslFree>;
using StorePointer = std::unique_ptr<X509_STORE, OpensslFree>;

/// Immutable after loading, so threads may share it.
struct TlsMaterial {
  StorePointer trusted;     ///< exactly the given CAs, or the system's when none was given
  X509Pointer certificate;  ///< null: no client certificate
  KeyPointer key;
  std::vector<X509Pointer> chain;  ///< intermediates after the leaf
};

/// Invalid, naming the field, on text that is not PEM, an empty CA bundle, or a key that does not fit.
Result<TlsMaterial> load_tls_material(const Connection& connection);

/// Lets OpenSSL verify the peer against `material.trusted` and `name` (host or IP), TLS 1.2 and up, and presents
/// the chain. `verify` false accepts any certificate.
void configure_tls(SSL_CTX* context, const TlsMaterial& material, const std::string& name, bool is_ip, bool verify);

/// Why the last handshake of this thread refused the peer's certificate, and forgets it; may be empty.
std::string take_verify_error();

}  // namespace pawl::kube
