#!/usr/bin/env python3
"""The runner must not be silent: a patch that does not apply and a bug that is none both fail."""

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

STALE = HEADER + """diff --git a/core/shutdown.cc b/core/shutdown.cc
--- a/core/shutdown.cc
+++ b/core/shutdown.cc
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
