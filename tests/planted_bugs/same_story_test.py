#!/usr/bin/env python3
"""Two stories that differ are never taken for one: not those of two planted bugs, nor with one step
added, left out or changed. Nothing is planted or built: the model's stories are those of the
command given as the argument, the simulator's are logs written here.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import story

HERE = pathlib.Path(__file__).resolve().parent
FENCEPOST = sys.argv[1]


def expect(holds, words):
    if not holds:
        sys.exit(f"expected that {words}")


# ---- Event logs, with the fields that a story is told from ---------------------------------------


def row(state, epoch, worker=1):
    return {"worker": worker, "state": state, "owner": "cp-1", "epoch": epoch}


def landed(operation, state, epoch, worker=1):
    return {"event": "row_committed", "operation": operation, "after": row(state, epoch, worker)}


def refused(operation, outcome, state, epoch):
    return {"event": "row_refused", "request": {"operation": operation, "worker": 1},
            "outcome": outcome, "row": row(state, epoch)}


def pod(event, **more):
    return {"event": event, "worker": 1, **more}


def ended(cp, crashed=False):
    return {"event": "process_ended", "cp": cp, "crashed": crashed}


REFRESHED = [landed("create_org_slot", "spawning", 1), pod("pod_started"),
             landed("publish_reserved", "reserved", 1), landed("begin_activation", "activating", 1),
             landed("finish_activation", "hot", 1), landed("refresh_lease", "hot", 2)]
MISS = refused("drain", "fence_miss_epoch", "hot", 2)
DELETED = pod("pod_deleted", by_request=True)
STAMP = landed("stamp_credentials", "hot", 2)


def of_run(events, breaks, end="property-broken"):
    lines = [{"format": "fencepost event log", "version": 1}, *events]
    return story.of_run("".join(json.dumps(line) + "\n" for line in lines),
                        {"property": breaks, "end": end})


RUNS = {
    "delete-after-missed-drain": of_run([*REFRESHED, MISS, DELETED], "fenced-delete"),
    "drain-by-owner-only": of_run([*REFRESHED, landed("drain", "draining", 2)], "one-owner"),
    "epoch-guarded-while-read-or-written":
        of_run([*REFRESHED, MISS, ended("cp-1")], "shutdown-completes", "no-convergence"),
}


def of_model(planted_bug):
    done = subprocess.run([FENCEPOST, "model", "check", "--planted-bug", planted_bug, "--without",
                           "faults,secrets", "--json"], capture_output=True, text=True)
    return story.of_model(json.loads(done.stdout))


MODELS = {planted_bug: of_model(planted_bug) for planted_bug in RUNS}

# ---- What is the same, and what is not -----------------------------------------------------------

for planted_bug, model in MODELS.items():
    for other, run in RUNS.items():
        expect(story.same(model, run) == (planted_bug == other),
               f"{planted_bug} and {other} are {'one story' if planted_bug == other else 'two'}:\n"
               f"{story.side_by_side(model, run)}")

MODEL = MODELS["delete-after-missed-drain"]


def expect_other(what, events, breaks="fenced-delete"):
    expect(not story.same(MODEL, of_run(events, breaks)), f"{what} is another story")


expect_other("another property", [*REFRESHED, MISS, DELETED], "one-owner")
expect_other("no refresh", [*REFRESHED[:-1], MISS, DELETED])
expect_other("a second refresh", [*REFRESHED, landed("refresh_lease", "hot", 3), MISS, DELETED])
expect_other("the refresh after the drain", [*REFRESHED[:-1], MISS, REFRESHED[-1], DELETED])
expect_other("another reason", [*REFRESHED, refused("drain", "fence_miss_touched", "hot", 2),
                                DELETED])
expect_other("a drain that lands", [*REFRESHED, landed("drain", "hot", 2), DELETED])
expect_other("another epoch", [*REFRESHED, refused("drain", "fence_miss_epoch", "hot", 3), DELETED])
expect_other("another state", [*REFRESHED[:-1], landed("refresh_lease", "idle", 2), MISS, DELETED])
expect_other("another operation", [*REFRESHED[:2], landed("publish_idle", "reserved", 1),
                                   *REFRESHED[3:], MISS, DELETED])
expect_other("a pod that died by itself", [*REFRESHED, MISS, pod("pod_deleted", by_request=False)])
expect_other("a crash", [*REFRESHED, MISS, ended("cp-1", crashed=True)])
expect_other("nothing but a beginning", REFRESHED[:1])

# What is left out makes no difference, nor what comes after the owner's process.
EXTRA = [pod("secret_created"), {"event": "process_started", "cp": "cp-2"}, STAMP,
         {"event": "fence_minted", "worker": 1}, pod("worker_accepted"), ended("cp-2")]
expect(story.same(MODEL, of_run([*EXTRA, *REFRESHED, *EXTRA, MISS, *EXTRA, DELETED],
                                "fenced-delete")), "what is left out makes no difference")
guarded = "epoch-guarded-while-read-or-written"
expect(story.same(MODELS[guarded], of_run(
    [*REFRESHED, MISS, STAMP, ended("cp-1"), landed("retire_orphan", "retired", 2), DELETED],
    "shutdown-completes", "no-convergence")), "a story ends with its owner's process")

# Of a worker that has ended the model keeps no epoch, and of nothing else.
retired = {"event": "row_committed", "worker": 1, "operations": ["retire_orphan"],
           "outcome": "transitioned", "state": "retired", "owner": None, "epoch": None}
ends = story.of_model({"trace": [{"events": [retired]}], "property": "one-owner"})
expect(story.same(ends, of_run([landed("retire_orphan", "retired", 2)], "one-owner")),
       "the epoch of an ended worker is left open")
expect(not story.same(ends, of_run([landed("retire_orphan", "lost", 2)], "one-owner")) and
       not story.same(ends, of_run([DELETED], "one-owner")) and
       all(step.epoch for model in MODELS.values() for step in model.steps if step.operations),
       "nothing else is left open")

# ---- What cannot be told -------------------------------------------------------------------------


def expect_no_story(tell, words):
    try:
        told = tell()
    except story.NoStory as why:
        return expect(words in str(why), f"'{words}' is the reason, not '{why}'")
    expect(False, f"{told} is no story: {words}")


expect_no_story(lambda: of_run([*REFRESHED, landed("drain", "draining", 2, worker=2)], "one-owner"),
                "two workers")
expect_no_story(lambda: of_run([*REFRESHED, MISS, DELETED, pod("secret_deleted")], "fenced-delete"),
                "does not end with the break")
expect_no_story(lambda: of_run([ended("cp-1")], "one-owner"), "nothing happened")
expect_no_story(lambda: story.of_model({"completeness": "complete", "property": None}),
                "no counterexample")

# ---- What is printed, and the exit code ----------------------------------------------------------

page = story.side_by_side(MODEL, RUNS["drain-by-owner-only"])
marked = [" ".join(line.split()) for line in page.splitlines() if "*" in line]
expect(marked == ["* drain refused, fence_miss_epoch: hot, epoch 2 drain: draining, epoch 2",
                  "* pod_deleted -", "* breaks fenced-delete breaks one-owner"],
       f"the lines that differ are marked in\n{page}")


# The example of the document is what is printed.
document = (HERE.parent.parent / "docs/concepts/model.md").read_text()
example = str(RUNS["delete-after-missed-drain"])
expect(f"\n{example}\n" in document, f"docs/concepts/model.md has\n{example}")


def expect_refused(bugs, fencepost, words):
    done = subprocess.run([HERE / "same_story", "--bugs", bugs, "--fencepost", fencepost],
                          capture_output=True, text=True)
    expect(done.returncode == 1 and words in done.stderr,
           f"exit 1 and '{words}', not {done.returncode}:\n{done.stderr}")


with tempfile.TemporaryDirectory() as folder:
    expect_refused(folder, FENCEPOST, "0 planted bugs name one of the model, not 3")
    for name in ("a", "b", "c"):
        pathlib.Path(folder, name + ".patch").write_text(
            "Claim: Nothing.\nScenario: shutdown-vs-refresh\nProperty: one-owner\n"
            "Model: no-such-bug\n\n")
    expect_refused(folder, "/nowhere/fencepost", "No such file or directory")
    expect_refused(folder, FENCEPOST, 'there is no planted bug "no-such-bug"')
