#include "kube/tls_material.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <climits>

namespace pawl::kube {
namespace {

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPointer = std::unique_ptr<BIO, BioFree>;

BioPointer memory_bio(const std::string& text) {
  if (text.size() > INT_MAX) return nullptr;
  return BioPointer{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

// Refusing to ask keeps an encrypted key from blocking a daemon on a terminal prompt.
int no_passphrase(char*, int, int, void*) { return -1; }

Result<std::vector<X509Pointer>> parse_certificates(const std::string& pem, const std::string& field) {
  std::vector<X509Pointer> out;
  const BioPointer bio = memory_bio(pem);
  if (!bio) return fail(ErrorKind::Invalid, field + ": too large");
  ERR_clear_error();
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
    out.emplace_back(certificate);
  }
  const unsigned long problem = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(problem) == ERR_LIB_PEM && ERR_GET_REASON(problem) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return fail(ErrorKind::Invalid, field + ": malformed PEM certificate");
  if (out.empty()) return fail(ErrorKind::Invalid, field + ": contains no PEM certificate");
  return out;
}

Result<StorePointer> load_trust(const Connection& connection) {
  StorePointer store{X509_STORE_new()};
  if (connection.ca_pem.empty()) {
    X509_STORE_set_default_paths(store.get());
    return store;
  }
  const auto certificates = parse_certificates(connection.ca_pem, "certificate-authority");
  if (!certificates) return fail(certificates.error());
  for (const X509Pointer& certificate : *certificates) X509_STORE_add_cert(store.get(), certificate.get());
  return store;
}

Status load_client_certificate(const Connection& connection, TlsMaterial& material) {
  if (connection.client_cert_pem.empty() && connection.client_key_pem.empty()) return {};
  auto certificates = parse_certificates(connection.client_cert_pem, "client-certificate");
  if (!certificates) return fail(certificates.error());
  const BioPointer bio = memory_bio(connection.client_key_pem);
  material.key.reset(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  ERR_clear_error();
  if (!material.key) return fail(ErrorKind::Invalid, "client-key: malformed or encrypted PEM key");
  material.certificate = std::move(certificates->front());
  certificates->erase(certificates->begin());
  material.chain = std::move(*certificates);
  if (X509_check_private_key(material.certificate.get(), material.key.get()) != 1) {
    ERR_clear_error();
    return fail(ErrorKind::Invalid, "client-key: does not belong to the client certificate");
  }
  return {};
}

// The handshake runs on the thread of the request, and OpenSSL gives the callback no place for a result.
thread_local std::string verify_error;

int note_verify_error(int ok, X509_STORE_CTX* context) {
  if (ok == 0) verify_error = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
  return ok;
}

}  // namespace

void OpensslFree::operator()(X509* certificate) const { X509_free(certificate); }
void OpensslFree::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
void OpensslFree::operator()(X509_STORE* store) const { X509_STORE_free(store); }

Result<TlsMaterial> load_tls_material(const Connection& connection) {
  TlsMaterial material;
  auto trusted = load_trust(connection);
  if (!trusted) return fail(trusted.error());
  material.trusted = std::move(*trusted);
  if (const Status ok = load_client_certificate(connection, material); !ok) return fail(ok.error());
  return material;
}

void configure_tls(SSL_CTX* context, const TlsMaterial& material, const std::string& name, bool is_ip, bool verify) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set1_cert_store(context, material.trusted.get());
  SSL_CTX_set_verify(context, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, verify ? note_verify_error : nullptr);
  X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context);
  if (is_ip) {
    X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str());
  } else {
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), 0);
  }
  for (const X509Pointer& intermediate : material.chain) SSL_CTX_add1_chain_cert(context, intermediate.get());
}

std::string take_verify_error() { return std::exchange(verify_error, {}); }

}  // namespace pawl::kube
