#include "support/loopback_server.h"

#include <httplib.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

namespace pawl::test {
namespace {

X509* read_certificate(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* out = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  return out;
}

EVP_PKEY* read_key(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* out = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  return out;
}

std::unique_ptr<httplib::Server> secure_server(const Issued& identity, const std::string& client_ca_pem) {
  return std::make_unique<httplib::SSLServer>([&](SSL_CTX& context) {
    X509* certificate = read_certificate(identity.certificate_pem);
    EVP_PKEY* key = read_key(identity.key_pem);
    const bool ok = SSL_CTX_use_certificate(&context, certificate) == 1 && SSL_CTX_use_PrivateKey(&context, key) == 1;
    X509_free(certificate);
    EVP_PKEY_free(key);
    if (!client_ca_pem.empty()) {
      X509* ca = read_certificate(client_ca_pem);
      X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), ca);
      X509_free(ca);
      SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return ok;
  });
}

nlohmann::json describe(const httplib::Request& request) {
  nlohmann::json headers = nlohmann::json::object();
  for (const auto& [name, value] : request.headers) headers[name] = value;
  return {{"method", request.method}, {"target", request.target}, {"body", request.body}, {"headers", headers}};
}

}  // namespace

struct LoopbackServer::Impl {
  std::unique_ptr<httplib::Server> server;
  bool tls = false;
  int port = 0;
  std::atomic<bool> closing{false};
  mutable std::mutex mutex;
  std::set<int> peers;
  std::string token;
  std::thread thread;

  void serve();
  void add_paths();
  httplib::Server::HandlerResponse admit(const httplib::Request& request, httplib::Response& response);
};

httplib::Server::HandlerResponse LoopbackServer::Impl::admit(const httplib::Request& request,
                                                             httplib::Response& response) {
  const std::scoped_lock lock(mutex);
  peers.insert(request.remote_port);
  if (token.empty() || request.get_header_value("Authorization") == "Bearer " + token) {
    return httplib::Server::HandlerResponse::Unhandled;
  }
  response.status = 401;
  return httplib::Server::HandlerResponse::Handled;
}

void LoopbackServer::Impl::add_paths() {
  const auto echo = [](const httplib::Request& request, httplib::Response& response) {
    response.set_content(describe(request).dump(), "application/json");
  };
  server->Get(R"(.*/echo)", echo).Post(R"(.*/echo)", echo).Put(R"(.*/echo)", echo);
  server->Patch(R"(.*/echo)", echo).Delete(R"(.*/echo)", echo);
  const auto hang = [this](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("application/json", [this](std::size_t offset, httplib::DataSink& sink) {
      if (offset == 0) return sink.write("first\n", 6);
      while (!closing) std::this_thread::sleep_for(std::chrono::milliseconds{5});
      return false;
    });
  };
  server->Get("/hang", hang).Post("/hang", hang);
  server->Get("/lines", [](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("application/json", [](std::size_t, httplib::DataSink& sink) {
      for (const char* line : {"one\n", "two\n", "three\n"}) sink.write(line, std::strlen(line));
      sink.done();
      return true;
    });
  });
  server->Get("/cut", [](const httplib::Request&, httplib::Response& response) {
    response.set_content_provider(1000, "text/plain", [](std::size_t offset, std::size_t, httplib::DataSink& sink) {
      return offset == 0 && sink.write("half", 4);
    });
  });
  server->Get(R"(/status/(\d+))", [](const httplib::Request& request, httplib::Response& response) {
    response.status = std::stoi(request.matches[1]);
    response.set_header("Retry-After", "2");
    response.set_content(std::string(5000, 'e'), "text/plain");
  });
  server->Get("/big", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(std::string(1U << 20U, 'x'), "text/plain");
  });
}

void LoopbackServer::Impl::serve() {
  server->set_keep_alive_max_count(1000);
  server->set_tcp_nodelay(true);
  server->set_pre_routing_handler([this](const auto& request, auto& response) { return admit(request, response); });
  add_paths();
  port = server->bind_to_any_port("127.0.0.1");
  thread = std::thread([this] { server->listen_after_bind(); });
  while (!server->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

LoopbackServer::LoopbackServer() : impl_(std::make_unique<Impl>()) {
  impl_->server = std::make_unique<httplib::Server>();
  impl_->serve();
}

LoopbackServer::LoopbackServer(const Issued& identity, const std::string& client_ca_pem)
    : impl_(std::make_unique<Impl>()) {
  impl_->server = secure_server(identity, client_ca_pem);
  impl_->tls = true;
  impl_->serve();
}

LoopbackServer::~LoopbackServer() {
  impl_->closing = true;
  impl_->server->stop();
  impl_->thread.join();
}

int LoopbackServer::port() const { return impl_->port; }

std::string LoopbackServer::url(const std::string& host) const {
  return (impl_->tls ? "https://" : "http://") + host + ":" + std::to_string(impl_->port);
}

std::size_t LoopbackServer::connections() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->peers.size();
}

void LoopbackServer::require_token(const std::string& token) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->token = token;
}

}  // namespace pawl::test
