#include "domain/lineage/bundle.h"

#include <algorithm>

#include "base/sha256.h"

namespace pawl {
namespace {

void append_framed(std::string& text, const std::string& piece) {
  text += std::to_string(piece.size());
  text += ':';
  text += piece;
}

}  // namespace

std::string bundle_digest(std::vector<BundleFile> files) {
  // Bytes, not a locale's idea of order: every machine must agree.
  std::sort(files.begin(), files.end(), [](const BundleFile& a, const BundleFile& b) { return a.path < b.path; });
  std::string text;
  for (const BundleFile& file : files) {
    append_framed(text, file.path);
    append_framed(text, file.content);
  }
  return sha256_hex(text);
}

std::string digest_label(const std::string& digest) { return digest.substr(0, 63); }

}  // namespace pawl
