#include "node_agent/environment.h"

namespace pawl::node_agent {
namespace {

/// One value of a ConfigMap or Secret. Nothing if it is absent and may be.
Result<std::optional<std::string>> value_of_key(const Json& ref, const std::string& kind, const ReadData& data) {
  const std::string name = text_of(ref, "name");
  const std::string key = text_of(ref, "key");
  const auto read = data(kind, name);
  if (read && read->contains(key)) return std::optional<std::string>(read->at(key));
  if (flag_of(ref, "optional")) return std::optional<std::string>();
  if (!read) return fail(read.error());
  return fail(ErrorKind::NotFound, "key " + key + " of " + kind + "/" + name + " does not exist");
}

Result<std::optional<std::string>> value_from(const Json& from, const ReadField& field, const ReadData& data) {
  if (const Json& ref = member(from, "fieldRef"); ref.is_object()) {
    const std::string path = text_of(ref, "fieldPath");
    if (auto value = field(path)) return value;
    return fail(ErrorKind::Invalid, "the node agent does not know the field " + path);
  }
  if (const Json& ref = member(from, "configMapKeyRef"); ref.is_object()) return value_of_key(ref, "configmaps", data);
  if (const Json& ref = member(from, "secretKeyRef"); ref.is_object()) return value_of_key(ref, "secrets", data);
  return fail(ErrorKind::Invalid, "the node agent does not know this valueFrom: " + from.dump());
}

Status add_env_from(const Json& container, const ReadData& data, Variables& out) {
  for (const Json& source : member(container, "envFrom")) {
    const bool map = source.contains("configMapRef");
    const Json& ref = member(source, map ? "configMapRef" : "secretRef");
    const auto read = data(map ? "configmaps" : "secrets", text_of(ref, "name"));
    if (!read && !flag_of(ref, "optional")) return fail(read.error());
    if (!read) continue;
    for (const auto& [key, value] : *read) out[text_of(source, "prefix") + key] = value;
  }
  return {};
}

}  // namespace

std::string expand(const std::string& text, const Variables& variables) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 2, "$$") == 0) {
      out += '$';
      i += 2;
      continue;
    }
    const auto end = text.compare(i, 2, "$(") == 0 ? text.find(')', i) : std::string::npos;
    const auto found = end == std::string::npos ? variables.end() : variables.find(text.substr(i + 2, end - i - 2));
    if (found == variables.end()) {
      out += text[i++];
    } else {
      out += found->second;
      i = end + 1;
    }
  }
  return out;
}

Result<Variables> container_environment(const Json& container, Variables base, const ReadField& field,
                                        const ReadData& data) {
  Variables out = std::move(base);
  if (const Status added = add_env_from(container, data, out); !added) return fail(added.error());
  for (const Json& entry : member(container, "env")) {
    const std::string name = text_of(entry, "name");
    if (!entry.contains("valueFrom")) {
      out[name] = expand(text_of(entry, "value"), out);
      continue;
    }
    auto value = value_from(entry["valueFrom"], field, data);
    if (!value) return fail(value.error().during("variable " + name));
    if (*value) out[name] = **value;
  }
  return out;
}

Result<std::vector<std::string>> command_line(const Json& container, const Variables& variables) {
  std::vector<std::string> out;
  for (const char* part : {"command", "args"}) {
    for (const Json& word : member(container, part)) {
      if (word.is_string()) out.push_back(expand(word.get<std::string>(), variables));
    }
  }
  if (member(container, "command").empty()) {
    return fail(ErrorKind::Invalid, "container " + text_of(container, "name") +
                                        " has no command; the local cluster has no images to take one from");
  }
  return out;
}

}  // namespace pawl::node_agent
