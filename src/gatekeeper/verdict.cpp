#include "gatekeeper/verdict.h"

#include "base/sha256.h"

namespace pawl::gatekeeper {

std::string binding_digest(const domain::GateBinding& binding) {
  return sha256_hex("binding 1\n" + binding.candidate + "\n" + binding.stable + "\n" + binding.suites + "\n" +
                    binding.graders + "\n" + binding.policy + "\n");
}

}  // namespace pawl::gatekeeper
