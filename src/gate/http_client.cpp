#include "gate/http_client.h"

#include <httplib.h>

namespace pawl::gate {

std::unique_ptr<httplib::Client> make_http_client(const kube::ServerUrl& origin) {
  auto client = origin.tls ? std::make_unique<httplib::Client>("https://" + origin.authority())
                           : std::make_unique<httplib::Client>(origin.host, origin.port);
  client->set_follow_location(false);
  return client;
}

}  // namespace pawl::gate
