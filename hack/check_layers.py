#!/usr/bin/env python3
"""Checks that every #include under src/<layer> stays within what the layer declares.

Usage: hack/check_layers.py build/<preset>/layers.txt [--source DIRECTORY]

layers.txt is written by hack/cmake/Layers.cmake from the table in CMakeLists.txt, one layer a line:
    name depends=a,b libraries=x,y pure=TRUE
"""
import argparse
import pathlib
import re
import sys

# What a third-party header belongs to: any one of these targets among the layer's libraries allows it.
LIBRARY_OF = {
    "nlohmann/": ["nlohmann_json::nlohmann_json"],
    "httplib.h": ["pawl::httplib"],
    "openssl/": ["OpenSSL::SSL", "OpenSSL::Crypto"],
    "spdlog/": ["spdlog::spdlog"],
    "fmt/": ["fmt::fmt"],
    "prometheus/": ["prometheus-cpp::core", "prometheus-cpp::pull"],
    "yaml-cpp/": ["yaml-cpp"],
    "CLI/": ["CLI11::CLI11"],
    "re2/": ["pawl::re2"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"(?P<own>[^"]+)"|<(?P<system>[^>]+)>)')


class Layer:
    def __init__(self, line):
        self.name, *fields = line.split()
        values = dict(field.split("=", 1) for field in fields)
        self.depends = set(filter(None, values.get("depends", "").split(",")))
        self.libraries = set(filter(None, values.get("libraries", "").split(",")))


def complaint(layer, names, own, system):
    """What is wrong with one include, or None."""
    if own:
        first, slash, _ = own.partition("/")
        if ".." in pathlib.PurePosixPath(own).parts:
            return f'"{own}" leaves its folder; name the file from src: "layer/file.h"'
        if not slash:
            return f'"{own}" names no layer; write "{layer.name}/{own}"'
        if first == layer.name or first in layer.depends:
            return None
        if first in names:
            return (f'"{own}" belongs to {first}, which {layer.name} does not depend on; '
                    f"move the code, or declare the dependency in CMakeLists.txt")
        return f'"{own}" belongs to no layer; a library\'s header goes in <>'
    for prefix, targets in LIBRARY_OF.items():
        if system == prefix or (prefix.endswith("/") and system.startswith(prefix)):
            if not layer.libraries.intersection(targets):
                return (f"<{system}> needs {' or '.join(targets)}, which {layer.name} does not list; "
                        f"use what the layers below offer, or list the library in CMakeLists.txt")
    return None


def check(layers, source):
    names = {layer.name for layer in layers}
    faults, files = [], 0
    for layer in layers:
        for path in sorted((source / layer.name).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            files += 1
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                fault = match and complaint(layer, names, match["own"], match["system"])
                if fault:
                    faults.append(f"{path}:{number}: {fault}")
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        if folder.name not in names:
            faults.append(f"{folder}: no pawl_layer() in CMakeLists.txt declares this folder")
    return faults, files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layers", type=pathlib.Path)
    parser.add_argument("--source", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent / "src")
    arguments = parser.parse_args()
    if not arguments.layers.is_file():
        sys.exit(f"{arguments.layers} is not there; configure first, for instance with 'cmake --preset dev'")
    layers = [Layer(line) for line in arguments.layers.read_text(encoding="utf-8").splitlines() if line.strip()]
    faults, files = check(layers, arguments.source)
    for fault in faults:
        print(fault)
    print(f"{files} files in {len(layers)} layers: {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
