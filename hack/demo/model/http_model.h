// A real model behind any OpenAI-compatible endpoint.
#pragma once

#include "model/chat.h"

namespace pawl::demo {

class HttpModel final : public ChatModel {
 public:
  /// `url` is the API's base, such as "http://127.0.0.1:8000/v1". `key` may be empty.
  HttpModel(std::string url, std::string model, std::string key);
  Result<Completion> complete(const std::vector<Message>& messages, const std::vector<ToolSpec>& tools) const override;

 private:
  std::string origin_;
  std::string prefix_;
  std::string model_;
  std::string key_;
};

}  // namespace pawl::demo
