#include "kube/server_url.h"

#include <gtest/gtest.h>

namespace pawl::kube {
namespace {

TEST(ServerUrl, KeepsThePathPrefixOfAProxy) {
  const auto url = parse_server_url("https://rancher.example/k8s/clusters/c-1/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->prefix, "/k8s/clusters/c-1");
  EXPECT_EQ(url->authority(), "rancher.example:443");
}

TEST(ServerUrl, ReadsPortsAndAddresses) {
  EXPECT_EQ(parse_server_url("http://127.0.0.1")->port, 80);
  EXPECT_EQ(parse_server_url("https://h:6443")->port, 6443);
  const auto v6 = parse_server_url("https://[fd00::1]:6443/");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "fd00::1");
  EXPECT_EQ(v6->authority(), "[fd00::1]:6443");
  EXPECT_TRUE(v6->is_ip());
  EXPECT_FALSE(parse_server_url("https://1.2.3.example")->is_ip());
}

TEST(ServerUrl, RefusesWhatItCannotHonour) {
  for (const char* text : {"", "h:1", "ftp://h", "https://", "https://:443", "https://h:0", "https://h:99999",
                           "https://h:x", "https://u@h", "https://h/?a", "https://[::1", "https://[::1]x"}) {
    EXPECT_FALSE(parse_server_url(text)) << text;
  }
}

}  // namespace
}  // namespace pawl::kube
