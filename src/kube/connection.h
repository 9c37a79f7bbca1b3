// Where the API server is and how to prove both sides: the result of reading a configuration.
// A value; PEM texts are in memory, so later changes of certificate files are not seen.
#pragma once

#include <string>

namespace pawl::kube {

struct Connection {
  std::string server;           ///< "https://host:port/prefix"
  std::string ca_pem;           ///< empty: the system's roots
  std::string tls_server_name;  ///< verified and sent (SNI) instead of the host when not empty
  bool insecure_skip_tls_verify = false;
  std::string client_cert_pem;  ///< leaf first, then intermediates
  std::string client_key_pem;
  std::string token;
  std::string token_file;  ///< its last good value beats `token`
  std::string ns;          ///< default namespace, "default" when none is configured
  std::string source;      ///< for the log: which file and context, or "in-cluster"
  std::string user_kind;   ///< for the log: "token", "token file", "client certificate", "anonymous"
};

}  // namespace pawl::kube
