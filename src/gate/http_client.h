// A client of one origin, for the gate's own exchanges.
#pragma once

#include <memory>

#include "kube/server_url.h"

namespace httplib {
class Client;
}

namespace pawl::gate {

/// Follows no redirect. The library reads no hexadecimal IPv6 address out of a URL, so plain HTTP is given host and
/// port; HTTPS to such an address cannot be had.
std::unique_ptr<httplib::Client> make_http_client(const kube::ServerUrl& origin);

}  // namespace pawl::gate
