// A small HTTP or HTTPS server on the loopback interface that plays the API server in transport tests.
//
// Paths: /echo answers what it received as JSON; /hang sends "first\n" and then nothing; /lines sends three
// lines and ends; /cut ends in the middle of a body; /status/<n> answers with that code; /big sends 1 MiB.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "support/test_pki.h"

namespace pawl::test {

class LoopbackServer {
 public:
  /// Plain HTTP.
  LoopbackServer();
  /// HTTPS; with `client_ca_pem` a client certificate is required.
  explicit LoopbackServer(const Issued& identity, const std::string& client_ca_pem = {});
  ~LoopbackServer();

  [[nodiscard]] int port() const;
  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const;
  /// How many different connections have carried requests.
  [[nodiscard]] std::size_t connections() const;
  /// Requests whose token is not this one are answered 401; empty: all are welcome.
  void require_token(const std::string& token);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pawl::test
