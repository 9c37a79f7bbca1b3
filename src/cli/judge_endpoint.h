// An OpenAI-compatible endpoint that judges. It is asked for one fixed path, follows no redirect and reads no proxy
// from the environment: an answer cannot send the client elsewhere.
#pragma once

#include <string>

#include "base/result.h"
#include "grading/judge.h"

namespace pawl::cli {

struct JudgeEndpoint {
  std::string url;  ///< http(s)://host[:port][/prefix]; "/v1/chat/completions" is added unless the prefix ends in "/v1"
  std::string key;  ///< sent as a bearer token; empty: none
};

/// Invalid for a URL of another form. The transport may be copied; one request at a time, 60 s each, three attempts
/// where nothing was answered or the endpoint asks to come back.
Result<grading::JudgeTransport> make_judge_transport(const JudgeEndpoint& endpoint);

/// 32 hexadecimal digits that nobody can foresee.
Result<std::string> fresh_nonce();

}  // namespace pawl::cli
