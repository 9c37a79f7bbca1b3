// A case as a request, and a response as an answer. What an agent sends is data: it is read strictly and never
// followed.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/gate/answer.h"
#include "domain/gate/case.h"

namespace pawl::gate {

/// How an agent wants to be asked. The default is OpenAI's chat completions.
struct AgentShape {
  std::string model = "agent";  ///< the field "model" of a chat completion
  std::string request{};        ///< JSON text to send instead, see write_request; empty: a chat completion
  std::string answer{};         ///< JSON pointer (RFC 6901) to the answer's text; empty: as in a chat completion
};

/// Invalid if the template is no JSON or the pointer no pointer; the message names the field.
Status check_shape(const AgentShape& shape);

/// The body for one case. In a template, the text "{{messages}}" becomes the list of messages and "{{tools}}" the list
/// of tools; "{{input}}" inside any text becomes what the user said last. Values are put into parsed JSON, so that no
/// case can change the form of the request.
std::string write_request(const AgentShape& shape, const domain::Case& one);

/// The answer in a response. A status that is not 2xx, a body that is no JSON, and one without an answer are answers
/// that failed: their `error` says why.
domain::Answer read_answer(const AgentShape& shape, int status, std::string_view body);

}  // namespace pawl::gate
