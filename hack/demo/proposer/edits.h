// The sentences a proposer can think of, and the greedy choice among them.
#pragma once

#include <string>
#include <vector>

#include "agent/behaviour.h"
#include "model/chat.h"
#include "scorer/grading.h"

namespace pawl::demo {

/// Every pairing of a situation and a remedy, as sentences of a prompt. It does not know which are good.
std::vector<std::string> imagined_sentences();

struct Edit {
  std::string sentence;
  int fixed = 0;  ///< failing cases that this sentence, added to the prompt, makes right
};

/// The sentence that fixes most of the failing inputs, tried on those alone: the blind spot of every optimizer
/// that reads only its failures. `fixed` is 0 when none helps. The first among equals.
Edit greedy_edit(const Behaviour& behaviour, const ChatModel& model, const scorer::Grading& grading,
                 const std::vector<std::string>& failing);

/// The behaviour with a sentence added to its prompt.
Behaviour with_sentence(Behaviour behaviour, const std::string& sentence);

}  // namespace pawl::demo
