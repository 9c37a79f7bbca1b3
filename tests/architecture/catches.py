#!/usr/bin/env python3
"""Shows that the layer checks bite: plants a violation in a small project that uses the real
hack/cmake and hack/check_layers.py, and passes only if it is caught. Before that the same project
without the violation has to pass, so that a check which refuses everything is found out too.

Usage: catches.py include|library|relative|link|clock|chance|stream|file COMPILER
"""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(planted LANGUAGES CXX)
list(APPEND CMAKE_MODULE_PATH "${CMAKE_SOURCE_DIR}/hack/cmake")
set(CMAKE_BUILD_TYPE Dev)
find_package(Threads REQUIRED)
include(Compiler)
include(Layers)
pawl_layer(base)
pawl_layer(domain PURE DEPENDS base)
pawl_layer(kube DEPENDS base)
"""
CLEAN = {
    "base/clock.h": "#pragma once\nint given_time();\n",
    "base/clock.cpp": '#include "base/clock.h"\nint given_time() { return 1; }\n',
    "kube/client.h": "#pragma once\nint send_request();\n",
    "kube/client.cpp": '#include "kube/client.h"\nint send_request() { return 1; }\n',
    "domain/decide.cpp": '#include "base/clock.h"\nint decide();\nint decide() { return given_time(); }\n',
}
# violation -> what domain/decide.cpp becomes, the check that has to refuse it, and the word it has to say.
VIOLATIONS = {
    "include": ('#include "kube/client.h"\nint decide();\nint decide() { return 1; }\n', "includes", "does not depend on"),
    "relative": ('#include "../kube/client.h"\nint decide();\nint decide() { return 1; }\n', "includes", "leaves its folder"),
    "library": ("#include <nlohmann/json_fwd.hpp>\nint decide();\nint decide() { return 1; }\n", "includes", "does not list"),
    # No include to see: only the linker can tell.
    "link": ("int send_request();\nint decide();\nint decide() { return send_request(); }\n", "build", "send_request"),
    # Of the poison each word that is planted has to be the one that is refused.
    "clock": ("int decide();\nint decide() { return std::chrono::system_clock::now().time_since_epoch().count() > 0; }\n",
              "build", 'poisoned "system_clock"'),
    "chance": ("int decide();\nint decide() { return std::random_device{}() > 0; }\n", "build", 'poisoned "random_device"'),
    "stream": ('int decide();\nint decide() { return std::ifstream("/etc/hostname").good(); }\n', "build", 'poisoned "ifstream"'),
    "file": ('int decide();\nint decide() { return std::fopen("/etc/hostname", "r") != nullptr; }\n', "build", 'poisoned "fopen"'),
}


def run(*command):
    finished = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return finished.returncode, finished.stdout


class Planted:
    def __init__(self, folder, compiler):
        self.folder = folder
        self.build = folder / "build"
        (folder / "CMakeLists.txt").write_text(PROJECT)
        (folder / "hack").symlink_to(ROOT / "hack")
        for name, text in CLEAN.items():
            self.write(name, text)
        code, output = run("cmake", "-G", "Ninja", "-S", folder, "-B", self.build, f"-DCMAKE_CXX_COMPILER={compiler}")
        if code:
            sys.exit(f"the planted project could not be configured:\n{output}")

    def write(self, name, text):
        path = self.folder / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def verdict(self, check):
        if check == "build":
            return run("cmake", "--build", self.build, "-j2", "--target", "pawl_link_domain")
        return run(sys.executable, ROOT / "hack/check_layers.py", self.build / "layers.txt", "--source", self.folder / "src")


def main():
    violation, compiler = sys.argv[1:]
    text, check, word = VIOLATIONS[violation]
    with tempfile.TemporaryDirectory() as folder:
        planted = Planted(pathlib.Path(folder), compiler)
        code, output = planted.verdict(check)
        if code:
            sys.exit(f"clean code was refused:\n{output}")
        planted.write("domain/decide.cpp", text)
        code, output = planted.verdict(check)
        if code == 0:
            sys.exit(f"the planted violation '{violation}' went unnoticed:\n{output}")
        if word not in output:
            sys.exit(f"'{violation}' was refused, but not for its own reason ('{word}'):\n{output}")
        print(f"caught:\n{output}")


if __name__ == "__main__":
    main()
