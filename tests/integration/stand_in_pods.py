"""Plays the node of a namespace: every pod becomes ready at an address of its own, where GET /revision answers the
digest that the pod's environment names, as an agent that reads its bundle would.

Pods must name the node `node` (the API server's controllers leave pods without one out of EndpointSlices) and ask for no
time to end (nobody would end them). The node's heartbeat is not kept up: a story has the minute before it is missed."""
import http.server
import json
import subprocess
import threading

from cluster import KUBECTL, apply, kubectl

PORT = 8080


def handler(digest):
    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"digest": digest}).encode()
            self.send_response(200 if self.path == "/revision" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Answers


def objects(stream):
    """The JSON documents that follow each other in a stream, each as soon as it is whole."""
    decoder, text = json.JSONDecoder(), ""
    for line in stream:
        text += line
        if line.rstrip() != "}":  # a document's last line, as kubectl indents
            continue
        document, _ = decoder.raw_decode(text)
        text = ""
        yield document


class StandInPods:
    def __init__(self, namespace, subnet="10.199.9"):
        self.namespace, self.subnet, self.node = namespace, subnet, f"{namespace}-node"
        self.servers = {}
        apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": self.node}})
        self.watch = subprocess.Popen([KUBECTL, "get", "pods", "-n", namespace, "--watch", "-o", "json"], stdout=subprocess.PIPE, text=True)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        for pod in objects(self.watch.stdout):
            uid = pod["metadata"]["uid"]
            if uid not in self.servers and "deletionTimestamp" not in pod["metadata"]:
                self.start(uid, pod)

    def start(self, uid, pod):
        environment = {item["name"]: item.get("value") for item in pod["spec"]["containers"][0].get("env", [])}
        address = f"{self.subnet}.{len(self.servers) + 1}"
        server = http.server.ThreadingHTTPServer((address, PORT), handler(environment["AGENT_REVISION"]))
        self.servers[uid] = server
        threading.Thread(target=server.serve_forever, daemon=True).start()
        status = {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}], "conditions": [{"type": "Ready", "status": "True"}]}
        patch = ("patch", "pod", "-n", self.namespace, pod["metadata"]["name"], "--subresource=status", "--type=merge", "-p", json.dumps({"status": status}))
        threading.Thread(target=kubectl, args=patch, daemon=True).start()

    def close(self):
        self.watch.terminate()
        self.watch.wait()
        for server in self.servers.values():
            server.shutdown()
            server.server_close()
        kubectl("delete", "node", self.node)
