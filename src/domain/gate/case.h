// One task of a suite: what is said to the agent, and by which graders its answer is judged. A value; what the texts
// of JSON hold is checked where they are read (src/suite), so that the pure core needs no JSON library.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace pawl::domain {

enum class Role { System, User, Assistant, Tool };

/// One chat message.
struct Message {
  Role role = Role::User;
  std::string content;
  bool operator==(const Message&) const = default;
};

/// What one grader expects of the answer. The graders' names and parameters, which importers and graders share:
///
///   exact         {"values": [text...], "ignoreCase": bool}           the whole answer is one of the values
///   prefix        {"values": [text...], "ignoreCase": bool}           the answer begins with one of the values
///   contains      {"values": [text...], "match": "any"|"all", "ignoreCase": bool}
///   regex         {"pattern": text}                                   found anywhere in the answer
///   json          {"schema": object}                                  the answer is JSON; the schema may be absent
///   json-equals   {"values": [any JSON...]}                           the answer, as JSON, is one of the values
///   numeric       {"value": number, "absolute": number, "relative": number}   the answer, or the last number in it, is
///   near levenshtein   {"value": text, "maxDistance": integer}             edits; without a distance: similarity in
///   [0,1] similar       {"value": text}                                     similarity of meaning, in [0,1] rubric
///   {"rubric": text}                                    judged by a model factuality    {"value": text} judged by a
///   model against a reference closed-qa     {"value": text}                                     judged by a model: is
///   the criterion met choice        {"values": ["A"...], "choices": [text...]}          the letter of one of the
///   choices tool-calls    {"calls": [{"name": text, "arguments": {name: [accepted value...]}}], "order":
///   "any"|"strict",
///                  "language": "python"|"java"|"javascript"}          the calls, no other; "" among the accepted
///                                                                     values: the argument may be left out;
///                                                                     an empty list: the right answer calls nothing
///   any-tool-call {}                                                  at least one call, whichever
///   latency       {"maxMilliseconds": number}
///   cost          {"maxUsd": number}
///
/// Absent booleans are false, an absent match is "any", an absent order "any", an absent language "python".
struct Expectation {
  std::string grader;
  std::string parameters = "{}";    ///< canonical JSON text of an object
  bool negate = false;              ///< the answer is good if the grader says no: score becomes 1 - score
  double weight = 1;                ///< above 0; a case's score is the weighted mean of its expectations' scores
  std::optional<double> threshold;  ///< in (0,1]: at or above it this expectation is met; absent: 1
  std::string metric;               ///< a name under which the score is reported as well; may be empty
  bool operator==(const Expectation&) const = default;
};

/// Where a case came from. Everything may be empty; nothing of it is judged.
struct Provenance {
  std::string source;     ///< "promptfoo", "openai-evals", "inspect", "bfcl", "frozen", "written"
  std::string reference;  ///< the case's name at its source: a file, a row, an interaction's id
  std::string revision;   ///< frozen failures: the revision that failed
  std::string incident;   ///< frozen failures: a ticket or an alert
  std::string reviewer;   ///< who read the expectation
  std::string date;       ///< RFC 3339
  std::string faulty{};   ///< frozen failures: digest of the bundle on which it was red
  std::string correct{};  ///< and of the one on which it was green
  bool operator==(const Provenance&) const = default;
};

struct Case {
  std::string id;                   ///< unique in its suite: [A-Za-z0-9._:/-]+, at most 253 characters
  std::string capability;           ///< as in the rollout: lower case, at most 63 characters
  std::vector<Message> input;       ///< at least one, in order
  std::string tools;                ///< JSON text of a list of tool definitions (OpenAI's shape); empty: none
  std::vector<Expectation> expect;  ///< at least one
  std::optional<double> threshold;  ///< in (0,1]: the weighted mean that passes; absent: every expectation must be met
  std::string canary;               ///< a string that is nowhere else in the world; found in an edit, it proves a leak
  Provenance provenance;
  std::vector<std::string> tags;
  bool operator==(const Case&) const = default;
};

}  // namespace pawl::domain
