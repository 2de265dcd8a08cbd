#!/usr/bin/env python3
"""Lists the commands that shell scripts call, one a line: those that are no function of any of them and no part of bash.

  tests/lab/sources/commands.py FILE...

shfmt parses the scripts. A command whose name is only known when it runs is not seen, nor one that another program starts."""
import json
import subprocess
import sys

# What bats brings, and the words behind which a command follows.
OF_BATS = {"run", "load", "skip", "bats_require_minimum_version", "bats_load_library"}
PREFIXES = {"run", "exec", "env", "within", "command", "timeout"}


def literal(word):
    parts = word.get("Parts", [])
    return parts[0]["Value"] if len(parts) == 1 and parts[0].get("Type") == "Lit" else ""


def command_of(words):
    """The name of what is called, behind prefixes and their options; empty where it is no literal."""
    words = iter(words)
    for word in words:
        text = literal(word)
        if text == "is":
            next(words, None)  # what is expected of the command
            continue
        if text in PREFIXES:
            continue
        if text.startswith("-") or text.replace(".", "").rstrip("s").isdigit():
            continue
        return text
    return ""


def look_at(node, called, functions):
    if isinstance(node, list):
        for item in node:
            look_at(item, called, functions)
    elif isinstance(node, dict):
        if node.get("Type") == "FuncDecl":
            functions.add(node["Name"]["Value"])
        if node.get("Type") == "CallExpr" and node.get("Args"):
            called.add(literal(node["Args"][0]))
            called.add(command_of(node["Args"]))
        for value in node.values():
            look_at(value, called, functions)


def parse(path):
    dialect = "bats" if path.endswith(".bats") else "bash"
    with open(path, encoding="utf-8") as script:
        tree = subprocess.run(["shfmt", "-ln", dialect, "--to-json"], stdin=script, check=True, capture_output=True)
    return json.loads(tree.stdout)


def main():
    called, functions = set(), set()
    for path in sys.argv[1:]:
        look_at(parse(path), called, functions)
    shell = subprocess.run(["bash", "-c", "compgen -bk"], check=True, capture_output=True, text=True).stdout.split()
    for name in sorted(called - functions - set(shell) - OF_BATS):
        if name and "/" not in name:
            print(name)


if __name__ == "__main__":
    main()
