#!/usr/bin/env python3
"""The runner must not be silent: a patch that does not apply and a bug that is none both fail. With
--conform it takes conformance for what the bug breaks, and says so."""

import argparse
import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import tempfile

RUN = pathlib.Path(__file__).resolve().parent / "run"

HEADER = """Claim: Nothing is wrong here.
Scenario: shutdown-vs-refresh
Property: fenced-delete
Explore: no

"""

STALE = HEADER + """diff --git a/core/plane/shutdown.cc b/core/plane/shutdown.cc
--- a/core/plane/shutdown.cc
+++ b/core/plane/shutdown.cc
@@ -1,1 +1,1 @@
-a line that this file never had
+another
"""

HARMLESS = HEADER + """diff --git a/core/harmless.txt b/core/harmless.txt
new file mode 100644
--- /dev/null
+++ b/core/harmless.txt
@@ -0,0 +1 @@
+A file that nothing reads.
"""


def run(patch):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "planted.patch").write_text(patch)
        return subprocess.run([str(RUN), "--bugs", folder, "--bases", "1", "--limit", "50"],
                              capture_output=True, text=True)


def expect(done, words):
    if done.returncode != 1 or words not in done.stderr:
        sys.exit(f"expected exit 1 and '{words}', got {done.returncode}:\n{done.stderr}")


expect(run(STALE), "does not apply")
expect(run(HARMLESS), "not found by portfolio within 50 executions")
expect(run("no header at all\n"), "has no line 'Claim")


# With --conform, on a program that answers as it is told instead of searching: what it was asked,
# and what is made of its answers.
loader = importlib.machinery.SourceFileLoader("planted", str(RUN))
sys.dont_write_bytecode = True
planted = importlib.util.module_from_spec(importlib.util.spec_from_loader("planted", loader))
loader.exec_module(planted)

BUG = {"name": "a_bug", "properties": ["fenced-delete", "one-owner"], "scenario": "a-scenario",
       "parameters": [], "explore": False}

# The n-th call breaks the n-th of the lines in `answers`; "-" is none.
PROGRAM = """#!/bin/sh
# Its files are beside the build, whatever directory it is called in.
cd "$(dirname "$0")/../../.." || exit 2
echo "$@" >>asked
broken=$(sed -n "$(wc -l <asked)p" answers)
case $broken in
  -) echo '{"failure":null,"seconds":1,"executions":10}';;
  *) echo '{"failure":{"property":"'$broken'","end":"x","execution":3,"replay":"r.json"},
            "seconds":1,"executions":10}';;
esac
"""


def hunt(answers, conform, explore=False):
    """The rows of the table, and what the program was asked."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        program = copy / "build/release/cli/fencepost"
        program.parent.mkdir(parents=True)
        program.write_text(PROGRAM)
        program.chmod(0o755)
        (copy / "answers").write_text("".join(answer + "\n" for answer in answers))
        options = argparse.Namespace(bases=len(answers) - explore, limit=50, shrink="none",
                                     strategy="portfolio", conform=conform)
        rows = planted.hunt(copy, {**BUG, "explore": explore}, options)
        return rows, (copy / "asked").read_text().splitlines()


def expect_equal(got, wanted):
    if got != wanted:
        sys.exit(f"expected {wanted}, got {got}")


rows, asked = hunt(["fenced-delete", "conformance", "-", "one-owner", "conformance"], conform=True)
expect_equal(rows[0]["spoke_first"], {"property": 2, "conformance": 2})
expect_equal(rows[0]["missed"], 1)
expect_equal(planted.first_text(rows[0]), "  property 2, conformance 2")
expect_equal([line.split().count("--conform") for line in asked], [1] * 5)

rows, asked = hunt(["conformance", "conformance"], conform=True, explore=True)
expect_equal([planted.first_text(row) for row in rows], ["  conformance 1"] * 2)
expect_equal([line.split()[0] for line in asked], ["fuzz", "explore"])
expect_equal([line.split().count("--conform") for line in asked], [1] * 2)

rows, asked = hunt(["fenced-delete"], conform=False)
expect_equal("spoke_first" in rows[0], False)
expect_equal(planted.first_text(rows[0]), "")
expect_equal(asked[0].split().count("--conform"), 0)

for answer, conform, words in (
        ("conformance", False, "conformance broke, not fenced-delete or one-owner"),
        ("caps-held", True, "caps-held broke, not fenced-delete or one-owner or conformance")):
    try:
        hunt([answer], conform)
        sys.exit(f"{answer} was accepted")
    except planted.Problem as problem:
        if words not in str(problem):
            sys.exit(f"expected '{words}', got: {problem}")

expect_equal(
    planted.first_summary([
        {"bug": "a", "spoke_first": {"property": 0, "conformance": 3}},
        {"bug": "b", "spoke_first": {"property": 2, "conformance": 1}},
        {"bug": "b", "spoke_first": {"property": 0, "conformance": 1}},
        {"bug": "c", "spoke_first": {"property": 3, "conformance": 0}}]),
    "conformance spoke first in 5 of 10 searches that found something: always for 1 of 3 bugs, "
    "never for 1")
