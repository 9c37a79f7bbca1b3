// A bundle's content address: the same files give the same digest, in whatever order they were read.
#pragma once

#include <string>
#include <vector>

namespace pawl {

struct BundleFile {
  std::string path;  ///< relative, '/' between parts
  std::string content;
};

/// SHA-256 (64 hex characters) over the files sorted by path, each written as
/// "<path length>:<path><content length>:<content>". The lengths make the text unambiguous: no file can pose as two.
std::string bundle_digest(std::vector<BundleFile> files);

/// A digest as a label value, of pods and of counters: labels hold 63 characters.
std::string digest_label(const std::string& digest);

}  // namespace pawl
