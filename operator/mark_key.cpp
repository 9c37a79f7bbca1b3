#include "mark_key.h"

#include <fstream>
#include <iterator>

#include "domain/gate/question_mark.h"

namespace pawl {

Result<std::string> read_mark_key(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string key{std::istreambuf_iterator<char>(in), {}};
  while (!key.empty() && (key.back() == '\n' || key.back() == ' ')) key.pop_back();
  if (key.size() >= domain::kMarkKeyMin) return key;
  return fail(ErrorKind::Invalid, path + ": a key of at least " + std::to_string(domain::kMarkKeyMin) +
                                      " bytes is needed; make one with openssl rand -hex 32");
}

}  // namespace pawl
