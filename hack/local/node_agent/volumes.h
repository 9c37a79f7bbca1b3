// A pod's volumes: what is in them, and keeping their folders current. Not thread-safe.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "node_agent/environment.h"
#include "node_agent/sources.h"
#include "node_agent/volume_files.h"

namespace pawl::node_agent {

/// The data of a ConfigMap or Secret in `ns`, decoded, from the cache.
Result<Variables> read_data(const Sources& sources, const std::string& ns, const std::string& kind,
                            const std::string& name);

class Volumes {
 public:
  Volumes(const Sources& sources, std::string folder) : sources_(sources), folder_(std::move(folder)) {}

  /// Writes every volume whose content changed since the last call. NotFound while an object is missing.
  Status refresh(const Json& pod, const std::string& pod_ip);
  [[nodiscard]] std::string path_of(const std::string& volume) const { return folder_ + "/" + volume; }

 private:
  struct Token {
    std::string text;
    BootTime renew{0};
  };

  Result<Files> content(const Json& volume, const Json& pod, const std::string& pod_ip);
  Result<Files> projected(const Json& projection, const Json& pod, const std::string& pod_ip, const std::string& name);
  Result<std::string> token(const Json& projection, const Json& pod, const std::string& volume);
  Result<Files> from_object(const Json& ref, const Json& pod, const std::string& kind, const std::string& name) const;
  Result<Files> from_fields(const Json& downward, const Json& pod, const std::string& pod_ip) const;

  const Sources& sources_;
  std::string folder_;
  std::map<std::string, Files> written_;
  std::map<std::string, Token> tokens_;
};

}  // namespace pawl::node_agent
