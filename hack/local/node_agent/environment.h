// A container's environment and command line, as its process gets them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "node_agent/fields.h"

namespace pawl::node_agent {

using Variables = std::map<std::string, std::string>;

/// The data of a ConfigMap or Secret ("configmaps"/"secrets", name); NotFound if it is not there (yet).
using ReadData = std::function<Result<Variables>(const std::string& kind, const std::string& name)>;
using ReadField = std::function<std::optional<std::string>(const std::string& path)>;

/// `base` is there before the container's own variables, which may refer to it and replace it.
Result<Variables> container_environment(const Json& container, Variables base, const ReadField& field,
                                        const ReadData& data);

/// Replaces $(NAME) by its value; unknown names stay as they are, "$$(NAME)" becomes "$(NAME)".
std::string expand(const std::string& text, const Variables& variables);

/// command and args, expanded. Invalid when there is no command: there is no image to have one.
Result<std::vector<std::string>> command_line(const Json& container, const Variables& variables);

}  // namespace pawl::node_agent
