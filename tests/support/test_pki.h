// Keys and certificates made while the test runs, so that none is stored and none expires.
#pragma once

#include <memory>
#include <string>

namespace pawl::test {

struct Issued {
  std::string certificate_pem;
  std::string key_pem;
};

/// A certificate authority of one test.
class TestCa {
 public:
  explicit TestCa(const std::string& name);
  ~TestCa();
  /// `alternative_names` as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1".
  [[nodiscard]] Issued issue(const std::string& common_name, const std::string& alternative_names) const;
  [[nodiscard]] const std::string& certificate_pem() const { return pem_; }

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  std::string pem_;
};

}  // namespace pawl::test
