#!/usr/bin/env python3
"""Every example of README.md and docs/ is checked, each by what would read it; one that nothing checks is a failure.

    docs_examples.py PAWL PAWL-SCORER PAWL-GATE

- a Kubernetes object: sent to a real API server as a dry run, its every field known
- `spec:` alone: a part of an AgentRollout; put into the README's, and sent
- a gate's policy, a scorer's graders, a case, a request's template: read by the program that reads it
- a workflow of a pull request, a shell block, a transcript: the shell parses it, and `--help` knows each command and flag of ours
- Python and C++: run by tests/docs/connect_an_agent_test.py; on another page they would not be
"""
import collections
import copy
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import yaml

from cluster import ROOT, kubectl, own_namespace

sys.path.append(str(ROOT / "tests/docs"))
from fences import all_fences  # noqa: E402  (found by the line above)

PAWL, SCORER, GATE = sys.argv[1:4]
OURS = {"pawl": PAWL, "pawl-scorer": SCORER, "pawl-gate": GATE}
OUTPUT = ("text", "mermaid")  # shown, not copied
RUN_ELSEWHERE = {"docs/connect-an-agent.md": ("python", "cpp")}
CLUSTER_WIDE = ("Namespace", "ClusterRole", "ClusterRoleBinding")


def run(*command, text=None):
    done = subprocess.run(command, input=text, text=True, capture_output=True, timeout=60, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def objects_of(fence):
    return [each for each in yaml.safe_load_all(fence.text) if each] if fence.language in ("yaml", "yml") else []


class Checks:
    """Each answers what is wrong, or None."""

    def __init__(self, namespace, folder, rollout):
        self.namespace, self.folder, self.rollout = namespace, pathlib.Path(folder), rollout

    def file(self, name, text):
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def object(self, document):
        document = copy.deepcopy(document)
        if document["kind"] not in CLUSTER_WIDE:
            document.setdefault("metadata", {})["namespace"] = self.namespace
        accepted, answer = kubectl("create", "--dry-run=server", "--validate=strict", "-f", "-", text=json.dumps(document))
        return None if accepted else answer.strip()

    def part_of_a_rollout(self, document):
        whole = copy.deepcopy(self.rollout)
        whole["spec"].update(document["spec"])
        return self.object(whole)

    def gate_run(self, *flags):
        """Files are read before an agent is asked, and none listens on port 9: that is as far as good files come."""
        case = self.file("case.jsonl", json.dumps({"id": "1", "capability": "c", "input": [{"role": "user", "content": "?"}],
                                                   "expect": [{"grader": "contains", "parameters": {"values": ["!"]}}]}))
        _, answer = run(PAWL, "gate", "run", "--suite", case, "--candidate", "http://127.0.0.1:9", *flags)
        return None if "127.0.0.1:9/revision is not answered" in answer else answer

    def policy(self, document):
        return self.gate_run("--policy", self.file("policy.yaml", yaml.safe_dump(document)))

    def template(self, document):
        return self.gate_run("--request", self.file("request.json", json.dumps(document)), "--answer", "/text")

    def graders(self, document):
        """Graders are read first; that the address is none is told after them."""
        config, senders = self.file("graders.yaml", yaml.safe_dump(document)), self.file("senders.yaml", "{}")
        _, answer = run(SCORER, "--config", config, "--static-identity", senders, "--metrics", "127.0.0.1:0", "--listen", "nowhere")
        return None if "not an address:port" in answer else answer

    def case(self, document):
        code, answer = run(PAWL, "suite", "show", self.file("cases.jsonl", json.dumps(document) + "\n"))
        return answer if code else None

    def workflow(self, document):
        scripts = [step["run"] for job in document["jobs"].values() for step in job["steps"] if "run" in step]
        return next(filter(None, map(self.shell, scripts)), None)

    def shell(self, text):
        code, answer = run("bash", "-n", text=text)
        return answer if code else next(filter(None, map(unknown_flag, our_commands(text))), None)

    def transcript(self, text):
        typed = [line[2:] for line in text.splitlines() if line.startswith("$ ")]
        return self.shell("\n".join(typed)) if typed else "a transcript without a line that begins with '$ '"


def our_commands(text):
    """The words of each call of a program of ours, up to a pipe or the like."""
    for line in text.replace("\\\n", " ").splitlines():
        for part in re.split(r"[|&;]+", line):
            words = shlex.split(part, comments=True)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):  # PAWL_JUDGE_KEY=...
                words = words[1:]
            if words and words[0] in OURS:
                yield words


def help_of(words):
    """The program with its commands, and their help."""
    program = OURS[words[0]]
    path, text = [words[0]], run(program, "--help")[1]
    for word in words[1:]:
        if word.startswith("-") or not re.search(rf"^  {re.escape(word)}\s", text, re.MULTILINE):
            break
        path.append(word)
        text = run(program, *path[1:], "--help")[1]
    return path, text


def unknown_flag(words):
    path, text = help_of(words)
    if words[0] == "pawl" and len(path) == 1:
        return f"pawl has no command {words[1]}"
    known = set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", text))
    flags = [word.split("=")[0] for word in words if re.match(r"--?[A-Za-z]", word)]
    return next((f"{' '.join(path)} has no flag {flag}" for flag in flags if flag not in known), None)


def kind_of_yaml(document):
    keys = {str(key) for key in document}
    if {"apiVersion", "kind"} <= keys:
        return "object"
    if keys == {"spec"}:
        return "part_of_a_rollout"
    if "jobs" in keys:
        return "workflow"
    if {"evaluator", "capabilities"} <= keys:
        return "graders"
    if {"epochs", "alpha"} & keys:
        return "policy"
    return None


def kind_of_json(document):
    return "case" if "expect" in document else "template" if "{{" in json.dumps(document) else None


def examples(fence):
    """(kind, document) of all that the block shows; a kind of None is one that nothing checks."""
    if fence.language in OUTPUT:
        return
    if fence.language in ("yaml", "yml"):
        yield from ((kind_of_yaml(document), document) for document in objects_of(fence))
    elif fence.language == "json":
        document = json.loads(fence.text)
        yield kind_of_json(document), document
    elif fence.language == "sh":
        yield "shell", fence.text
    elif fence.language == "console":
        yield "transcript", fence.text
    elif fence.language not in RUN_ELSEWHERE.get(fence.page, ()):
        yield None, fence.text


def main():
    fences = all_fences()
    rollout = next(each for fence in fences if fence.page == "README.md" for each in objects_of(fence) if each["kind"] == "AgentRollout")
    counts, faults = collections.Counter(), []
    with own_namespace("docs-examples") as namespace, tempfile.TemporaryDirectory() as folder:
        checks = Checks(namespace, folder, rollout)
        for fence in fences:
            for kind, document in examples(fence):
                fault = getattr(checks, kind)(document) if kind else f"nothing checks a block of this form (```{fence.language}); see the head of docs_examples.py"
                counts[kind] += 1
                if fault:
                    faults.append(f"FAILED {fence.where} {kind}: {fault}")
    print("\n".join(faults + [f"{count:3} {kind}" for kind, count in sorted(counts.items(), key=str)]))
    print(f"{sum(counts.values()) - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
