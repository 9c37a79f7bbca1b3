#!/usr/bin/env python3
"""The function-calling agent of `make demo-llm`, in front of a model that says what the test wants."""
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

AGENT = pathlib.Path(__file__).resolve().parents[3] / "hack/demo/llm/agent"
TOOLS = [{"type": "function", "function": {"name": "area", "parameters": {"type": "object", "properties": {"base": {"type": "integer"}}, "required": ["base"]}}}]


class Model(http.server.BaseHTTPRequestHandler):
    says, status, asked = "[]", 200, None

    def do_POST(self):
        Model.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"choices": [{"message": {"content": Model.says}}], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}).encode()
        self.send_response(Model.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class TheAgent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
        threading.Thread(target=cls.model.serve_forever, daemon=True).start()
        cls.folder = tempfile.TemporaryDirectory()
        (pathlib.Path(cls.folder.name) / "prompt").mkdir()
        (pathlib.Path(cls.folder.name) / "prompt/system.md").write_text("Call one of:\n{tools}\n", encoding="utf-8")
        cls.agent = subprocess.Popen([sys.executable, str(AGENT), "--bundle", cls.folder.name, "--listen", "127.0.0.1:0", "--model-url", f"http://127.0.0.1:{cls.model.server_port}/v1"],
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        cls.url = "http://" + cls.agent.stdout.readline().split()[-1]

    @classmethod
    def tearDownClass(cls):
        cls.agent.terminate()
        cls.agent.wait()
        cls.agent.stdout.close()
        cls.model.shutdown()
        cls.model.server_close()
        cls.folder.cleanup()

    def setUp(self):
        Model.says, Model.status = "[]", 200

    def ask(self, says):
        Model.says = says
        body = json.dumps({"messages": [{"role": "user", "content": "What is the area?"}], "tools": TOOLS}).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + "/v1/chat/completions", body), timeout=10) as response:
            return json.loads(response.read())["choices"][0]["message"]

    def calls(self, says):
        return [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in self.ask(says).get("tool_calls", [])]

    def test_tells_the_digest_that_pawl_computes(self):
        with urllib.request.urlopen(self.url + "/revision", timeout=10) as response:
            told = json.loads(response.read())["digest"]
        # sha256 of "16:prompt/system.md21:Call one of:\n{tools}\n", the form of src/domain/lineage/bundle.h
        self.assertEqual(told, "87b3fb52b04ed8b99982340eb131afe4fdb8abb76cf82453120d259266986e92")

    def test_puts_the_tools_into_the_prompt_and_asks_for_calls_that_fit_them(self):
        self.ask("[]")
        self.assertEqual(Model.asked["messages"][0]["content"], "Call one of:\n" + json.dumps(TOOLS[0]["function"]))
        self.assertEqual(Model.asked["messages"][1], {"role": "user", "content": "What is the area?"})
        self.assertEqual(Model.asked["response_format"]["schema"]["items"]["properties"]["name"], {"const": "area"})

    def test_reads_calls_wherever_they_stand(self):
        area = ("area", {"base": 3})
        for says, wanted in {
                '[{"name": "area", "arguments": {"base": 3}}]': [area],
                'I call {"name": "area", "arguments": {"base": 3}} and then {"name": "area", "arguments": {"base": 3}}.': [area, area],
                '[{"name": "area", "arguments": {"base": 3}}, {"name": "ar': [area],  # cut off
                '[{"name": "area"}]': [("area", {})],
                "[]": [],
                "The area is [3] and {not JSON}.": [],
                '{"name": 3}': []}.items():
            with self.subTest(says):
                self.assertEqual(self.calls(says), wanted)

    def test_a_model_that_fails_is_an_error_and_no_answer(self):
        Model.status = 500
        with self.assertRaises(urllib.error.HTTPError) as raised:
            self.ask("[]")
        self.assertEqual(raised.exception.code, 502)
        raised.exception.close()

    def test_answers_with_an_error_what_is_no_request(self):
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(urllib.request.Request(self.url + "/v1/chat/completions", b"[]"), timeout=10)
        self.assertEqual(raised.exception.code, 400)
        raised.exception.close()


if __name__ == "__main__":
    unittest.main()
