#!/usr/bin/env python3
"""The two agents of docs/connect-an-agent.md, taken from the page, run, asked, and counted by a real scorer.

    connect_an_agent_test.py PAWL-SCORER DEMO-AGENT C++-COMPILER

The bundle lies as a mounted ConfigMap does, behind links; the demo's agent says what its digest is.
"""
import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from fences import ROOT, fences_of

SCORER, DEMO_AGENT, COMPILER = sys.argv[1:4]
TOKEN = "secret-of-this-pod"
QUESTION = "Where is my order 10234?"


def example(language, opening=""):
    found = [each.text for each in fences_of(ROOT / "docs/connect-an-agent.md") if each.language == language and each.text.startswith(opening)]
    assert len(found) == 1, f"docs/connect-an-agent.md has {len(found)} examples in {language}"
    return found[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read(url, body=None, headers=None):
    with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=10) as answer:
        return answer.read().decode()


def until(what, attempt, seconds=30):
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            if result := attempt():
                return result
        assert time.monotonic() < end, f"after {seconds} s there is still not: {what}"
        time.sleep(0.02)


def mounted_bundle(folder):
    """As the kubelet lays it: the files are in a folder with a date, and what is seen are links."""
    files = {"prompt/system.md": "Be kind. Ünïcode counts in bytes.\n", "prompts/system.md": "You answer customers.\n", "limits.yaml": "refund: 50\n"}
    dated = folder / "..2026_11_24_20_00_00.1"
    for path, content in files.items():
        (dated / path).parent.mkdir(parents=True, exist_ok=True)
        (dated / path).write_text(content)
    (folder / "..data").symlink_to(dated.name)
    for top in sorted({path.split("/")[0] for path in files}):
        (folder / top).symlink_to(f"..data/{top}")
    return folder


class ConnectAnAgent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = contextlib.ExitStack()
        cls.addClassCleanup(cls.kept.close)
        cls.folder = pathlib.Path(cls.kept.enter_context(tempfile.TemporaryDirectory()))
        (cls.folder / "bundle").mkdir()
        cls.bundle = mounted_bundle(cls.folder / "bundle")
        (cls.folder / "token").write_text(TOKEN + "\n")
        cls.graders = cls.folder / "graders.yaml"
        cls.graders.write_text(example("yaml", "evaluator:"))
        demo = f"127.0.0.1:{free_port()}"
        cls.start(DEMO_AGENT, "--bundle", str(cls.bundle), "--listen", demo)
        cls.digest = json.loads(until("an answer of the demo's agent", lambda: read(f"http://{demo}/revision")))["digest"]

    @classmethod
    def start(cls, *command, **environment):
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
        cls.kept.callback(process.wait)
        cls.kept.callback(process.terminate)

    def setUp(self):  # a scorer for each test: its counters begin at nothing
        self.scorer, self.metrics = (f"127.0.0.1:{free_port()}" for _ in range(2))
        senders = self.folder / "senders.yaml"
        senders.write_text(json.dumps({TOKEN: {"agent": "support-bot", "revision": "r1", "pod": "agents/support-bot-1"}, "not-ours": {"agent": "support-bot"}}))
        self.start(SCORER, "--config", str(self.graders), "--static-identity", str(senders), "--listen", self.scorer, "--metrics", self.metrics)
        until("a scorer that answers", lambda: read(f"http://{self.scorer}/healthz"))

    def counted(self, name, *labels):
        for line in read(f"http://{self.metrics}/metrics").splitlines():
            if line.startswith(name + "{") and all(label in line for label in labels):
                return float(line.split()[-1])
        return 0

    def is_connected(self, *command):
        port = free_port()
        agent = f"http://127.0.0.1:{port}"
        self.start(*command, PORT=str(port), BUNDLE=str(self.bundle), SCORER=f"http://{self.scorer}", TOKEN_FILE=str(self.folder / "token"))
        until("an agent that is healthy", lambda: read(agent + "/healthz"))
        self.assertEqual(json.loads(read(agent + "/revision"))["digest"], self.digest)
        body = json.dumps({"messages": [{"role": "user", "content": QUESTION}]}).encode()
        answer = json.loads(read(agent + "/v1/chat/completions", body, {"X-Conversation-Id": "0d6f5a1e-7a52-4a0e-9f0e-5a8f0d1c2b3a"}))
        self.assertIn(QUESTION, answer["choices"][0]["message"]["content"])
        of = ('agent="support-bot"', 'revision="r1"', 'capability="order-status"')
        until("a score", lambda: self.counted("pawl_score_count_total", *of))
        self.assertEqual(self.counted("pawl_score_count_total", *of), 1)
        self.assertEqual(self.counted("pawl_score_sum_total", *of), 1)
        self.assertEqual(self.counted("pawl_interactions_total", *of[:2]), 1)

    def test_the_python_example_serves_its_bundle_and_is_scored(self):
        program = self.folder / "agent.py"
        program.write_text(example("python"))
        self.is_connected(sys.executable, str(program))

    def test_the_cpp_example_compiles_as_the_page_says_serves_its_bundle_and_is_scored(self):
        (self.folder / "agent.cpp").write_text(example("cpp"))
        said = re.search(r"`g\+\+ (-std=[^`]*)`", (ROOT / "docs/connect-an-agent.md").read_text())
        subprocess.run(f"{COMPILER} {said[1]}", shell=True, cwd=self.folder, check=True)  # it asks pkg-config
        self.is_connected(str(self.folder / "agent"))

    def test_what_the_page_says_of_a_refusal_is_what_the_scorer_answers(self):
        intake, bearer = f"http://{self.scorer}/v1/interactions", {"Authorization": f"Bearer {TOKEN}"}
        for status, reason, headers, body in ((401, "no_token", {}, b"[]"), (401, "unknown_sender", {"Authorization": "Bearer x"}, b"[]"),
                                              (403, "no_revision", {"Authorization": "Bearer not-ours"}, b"[]"),
                                              (400, "malformed", bearer, b'[{"interaction.id": "1", "start_time": "now"}]')):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                read(intake, body, headers)
            self.assertEqual(refused.exception.code, status)
            if status == 400:
                self.assertIn("[0].start_time: not an RFC 3339 time", refused.exception.read().decode())
            self.assertEqual(self.counted("pawl_scorer_rejected_total", f'reason="{reason}"'), 1)
            refused.exception.close()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
