"""The cluster, the programs beside it, and what is seen of the rollout. Waiting is done on the objects' own watch streams."""
import json
import os
import secrets
import signal
import subprocess
import threading
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CLUSTER = [os.path.join(ROOT, "hack/local/cluster"), "--name", os.environ.get("CLUSTER", "pawl")]
BUILD = os.path.join(ROOT, "build/dev")
BUNDLES = os.path.join(ROOT, "hack/demo/bundles")
MANIFESTS = os.path.join(ROOT, "hack/demo/manifests")
ROLLOUT = "support-bot"
GATE = "pawl-gate"  # its namespace
PAWL = os.path.join(BUILD, "operator/pawl")
PHASES = {"Stable": "rests", "Preparing": "prepares", "Canary": "judges", "Promoting": "promotes", "RollingBack": "takes back"}


class ActFailed(Exception):
    """An act did not end as told."""


def say(text=""):
    print(text, flush=True)


def run(*command, stdin=None):
    done = subprocess.run(command, input=stdin, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise ActFailed(f"{' '.join(command[-6:])}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def expect(truth, told):
    if not truth:
        raise ActFailed(told)
    say(f"  ok: {told}")


class Watched:
    """The newest copies of one kind of object, from one `kubectl get --watch`."""

    def __init__(self, kind, changed):
        self.objects, self.versions = {}, []
        self._changed = changed
        self._process = subprocess.Popen([*CLUSTER, "kubectl", "-n", "agents", "get", kind, "-o", "json", "--watch"],
                                         stdout=subprocess.PIPE, text=True, start_new_session=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        decoder, text = json.JSONDecoder(), ""
        while chunk := os.read(self._process.stdout.fileno(), 65536).decode():
            text += chunk
            while text.lstrip():
                text = text.lstrip()
                try:
                    item, end = decoder.raw_decode(text)
                except json.JSONDecodeError:
                    break  # the rest of the document is still on its way
                text = text[end:]
                with self._changed:
                    self.objects[item["metadata"]["name"]] = item
                    self.versions.append(item)
                    self._changed.notify_all()

    def stop(self):
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()


class World:
    """The cluster, the programs beside it, and what was seen of the rollout."""

    def __init__(self):
        self.state = ""
        self.programs = {}
        self.changed = threading.Condition()
        self.rollouts = self.revisions = self.suites = None
        self.told = {"share": None, "phase": None, "record": None}

    # -- starting and stopping ------------------------------------------------------------------

    def start(self):
        os.environ["PAWL_NODE_AGENT"] = os.path.join(BUILD, "hack/local/pawl-node-agent")
        subprocess.run([*CLUSTER, "up"], check=True)
        for line in run(*CLUSTER, "env").splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            if name == "PAWL_CLUSTER_STATE":
                self.state = value
        for folder in ("operator/deploy", "operator/deploy/gate"):
            self.apply(run(*CLUSTER, "kubectl", "kustomize", os.path.join(ROOT, folder)), leave_out="Deployment")
        with open(self.mark_key(), "w", encoding="utf-8") as key:
            key.write(secrets.token_hex(32))
        with open(os.path.join(MANIFESTS, "pod_template.yaml.in"), encoding="utf-8") as template:
            self.apply(template.read().replace("@AGENT@", os.path.join(BUILD, "hack/demo/pawl-demo-agent")))
        for name in ("identities.yaml", "rollout.yaml"):
            run(*CLUSTER, "kubectl", "apply", "-f", os.path.join(MANIFESTS, name))
        self.rollouts, self.revisions, self.suites = (Watched(kind, self.changed) for kind in ("agentrollouts", "agentrevisions", "evalsuites"))
        threading.Thread(target=self.tell, daemon=True).start()
        self.start_scorer()
        self.start_operator()

    def apply(self, text, leave_out=None):
        # The operator runs as a process beside the cluster: there are no images here.
        kept = [part for part in text.split("\n---\n") if leave_out is None or f"\nkind: {leave_out}\n" not in "\n" + part]
        run(*CLUSTER, "kubectl", "apply", "--server-side", "--force-conflicts", "-f", "-", stdin="\n---\n".join(kept))

    def launch(self, name, *command):
        log = open(os.path.join(self.state, "log", name + ".log"), "a", encoding="utf-8")
        self.programs[name] = subprocess.Popen([*CLUSTER, "run", *command], stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def start_scorer(self):
        self.launch("scorer", os.path.join(BUILD, "operator/pawl-scorer"), "--config", os.path.join(ROOT, "hack/demo/scorer.yaml"),
                    "--listen", "10.199.0.1:8090", "--metrics", "10.199.0.1:9464", "--kubeconfig", self.kubeconfig("scorer"),
                    "--gate-key", self.mark_key(), "--folder", os.path.join(self.state, "scorer"),
                    "--failure-reader", "system:serviceaccount:agents:proposer")

    def start_operator(self):
        self.launch("operator", os.path.join(BUILD, "operator/pawl-operator"), "--kubeconfig", self.kubeconfig("operator"),
                    "--metrics", "10.199.0.1:9465")

    def start_gate(self):
        folder = os.path.join(self.state, "gate")
        os.makedirs(folder, exist_ok=True)
        self.launch("gate", os.path.join(BUILD, "operator/pawl-gate"), "--kubeconfig", self.kubeconfig("gate"), "--own-namespace", GATE,
                    "--folder", folder, "--mark-key", self.mark_key())

    def start_load(self):
        self.launch("load", os.path.join(BUILD, "hack/demo/pawl-demo-load"), "--url", "http://10.199.0.1:8080",
                    "--host", "support.example.com", "--rate", "240", "--seed", "1", "--duration", "900")

    def mark_key(self):
        return os.path.join(self.state, "mark-key")

    def token_of(self, account):
        """A file with a token of this ServiceAccount that the scorer takes."""
        path = os.path.join(self.state, "token-" + account)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as token:
            token.write(run(*CLUSTER, "kubectl", "-n", "agents", "create", "token", account, "--audience", "pawl-scorer", "--duration", "1h"))
        return path

    def kubeconfig(self, identity):
        return os.path.join(self.state, "kubeconfig-" + identity)

    def stop(self):
        for watched in (self.rollouts, self.revisions, self.suites):
            if watched:
                watched.stop()
        for program in self.programs.values():
            if program.poll() is None:
                program.terminate()
                program.wait(timeout=30)
        subprocess.run([*CLUSTER, "down"], check=True)

    # -- looking --------------------------------------------------------------------------------

    def status(self):
        return self.rollouts.objects.get(ROLLOUT, {}).get("status", {})

    def revision(self, name):
        return self.revisions.objects.get(name, {}).get("status", {})

    def until(self, what, holds, limit=150):
        """Waits for `holds()`; the answer is its value. Objects wake it, the limit bounds it."""
        deadline = time.monotonic() + limit
        with self.changed:
            while not (value := holds()):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise ActFailed(f"waited {limit} s for: {what}")
                self.changed.wait(min(left, 1.0))
            return value

    def shares_of(self, name):
        """Every share that was ever wanted for this candidate."""
        with self.changed:
            seen = [version.get("status", {}) for version in self.rollouts.versions]
        return {status.get("weights", {}).get("desired", 0) for status in seen if status.get("candidate", {}).get("revision") == name}

    def phase_of(self, name):
        return self.revision(name).get("phase")

    def tell(self):
        """Prints each change of share, phase and decision, as it happens."""
        while True:
            with self.changed:
                self.changed.wait()
                status = json.loads(json.dumps(self.status()))
            self.tell_share(status)
            self.tell_decision(status)

    def tell_share(self, status):
        share, phase = status.get("display", {}).get("weight"), status.get("phase")
        if (share, phase) == (self.told["share"], self.told["phase"]) or phase not in PHASES:
            return
        self.told["share"], self.told["phase"] = share, phase
        candidate = status.get("candidate", {}).get("revision", "-")
        say(f"  {time.strftime('%H:%M:%S')}  {PHASES[phase]:<10} share {share or '0%':>6} {bar(share)}  candidate {candidate}")

    def tell_decision(self, status):
        decision = status.get("lastDecision", {})
        if not decision or decision.get("record") == self.told["record"]:
            return
        self.told["record"] = decision["record"]
        say(f"  {time.strftime('%H:%M:%S')}  DECISION {decision['record']:>3}  {decision['what']} {decision.get('revision', '')}: {decision['message']}")
        if decision["what"] in ("RolledBack", "Promoting"):
            tell_scoreboard(status.get("scoreboard", []))

    def prometheus(self, query):
        text = run(*CLUSTER, "run", "curl", "-sf", "http://10.199.0.1:9090/api/v1/query?query=" + urllib.parse.quote(query))
        return [(row["metric"], float(row["value"][1])) for row in json.loads(text)["data"]["result"]]


def bar(share):
    filled = round(float((share or "0%").rstrip("%")) / 5)
    return "[" + "#" * filled + "." * (20 - filled) + "]"


def tell_scoreboard(rows):
    for row in rows:
        say(f"              {row['capability']:<18} stable {float(row['stable']['mean']):.3f} (n={row['stable']['n']})"
            f"   canary {float(row['canary']['mean']):.3f} (n={row['canary']['n']})   {row['state']}"
            if isinstance(row.get("stable"), dict) else
            f"              {row['capability']:<18} stable {float(row['stableMean']):.3f} (n={row['stableN']})"
            f"   canary {float(row['canaryMean']):.3f} (n={row['canaryN']})   {row['state']}")
