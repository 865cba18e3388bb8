"""The story of one worker: what truly happened to it, from its beginning to what broke.

Told from the event log of a run or from the trace of a counterexample (`fencepost model check
--json`), in the words of the event log: which operation landed on the row, or why it was refused,
and the state and epoch of the row after it; that the pod was started and deleted; that the owner's
process ended, or crashed; and the property that broke.

Left out is what is neither a cause nor the break: stamps, which change only when credentials
expire; secrets and sessions; what workers and the registrations of processes say; fences that were
minted, which have not happened to anyone yet. A story ends with its owner's process: what comes
after is the janitor's, and the properties of convergence are judged only when all that is over.

Two stories are the same if their steps are equal, one by one, in order, but for what the model does
not have: orgs, so that it says of a step which operations it may be, and a run's is one of them;
and the epoch of a worker that has ended.
"""

import dataclasses
import json


class NoStory(Exception):
    """Why it cannot be told, in one sentence."""


LEFT_OUT = {"stamp_credentials"}


@dataclasses.dataclass(frozen=True)
class Step:
    event: str
    operations: frozenset = frozenset()  # of the row: any of these
    outcome: str = ""
    state: str = ""
    epoch: int = 0  # 0: unknown to the model

    def __str__(self):
        if not self.operations:
            return self.event
        name = " or ".join(sorted(self.operations))
        refused = "" if self.event == "row_committed" else f" refused, {self.outcome}"
        epoch = f", epoch {self.epoch}" if self.epoch else ""
        return f"{name}{refused}: {self.state}{epoch}"


@dataclasses.dataclass(frozen=True)
class Story:
    steps: tuple
    breaks: str

    def __str__(self):
        lines = [str(step) for step in self.steps] + [f"breaks {self.breaks}"]
        return "\n".join(f"{number:3}  {line}" for number, line in enumerate(lines, 1))


def same_step(model, run):
    """Whether the step of a run is one that the model's may be."""
    known = dataclasses.replace(model, operations=run.operations,
                                epoch=model.epoch or run.epoch)
    return known == run and run.operations <= model.operations


def same(model, run):
    return (model.breaks == run.breaks and len(model.steps) == len(run.steps) and
            all(map(same_step, model.steps, run.steps)))


def of_model(report):
    """Of the shortest counterexample, a JSON report of `fencepost model check`."""
    if not report.get("trace"):
        raise NoStory(f"the model has no counterexample: {report['completeness']}")
    events = [event for step in report["trace"] for event in step["events"]]
    return tell(events, report["property"])


def of_run(log, report):
    """Of the text of an event log and the JSON report of the replay that wrote it."""
    events = [in_short(json.loads(line)) for line in log.splitlines()[1:]]
    story = tell(events, report["property"])
    if report["end"] == "property-broken" and step_of(events[-1]) != story.steps[-1]:
        raise NoStory(f"the log does not end with the break, but with {events[-1]['event']}")
    return story


def in_short(line):
    """A line of a log with the fields that a trace has."""
    event = {"event": line["event"], "worker": line.get("worker"), "cp": line.get("cp"),
             "crashed": line.get("crashed"), "by_request": line.get("by_request", True)}
    if line["event"] not in ("row_committed", "row_refused"):
        return event
    committed = line["event"] == "row_committed"
    row = (line["after"] if committed else line["row"]) or {}
    event["worker"] = line["after"]["worker"] if committed else line["request"]["worker"]
    event["operations"] = [line["operation"] if committed else line["request"]["operation"]]
    event["outcome"] = "transitioned" if committed else line["outcome"]
    for field in ("state", "owner", "epoch"):
        event[field] = row.get(field)
    return event


def step_of(event):
    """The event as a step of a story; None if it is left out."""
    name = event["event"]
    if name in ("row_committed", "row_refused"):
        if LEFT_OUT.issuperset(event["operations"]):
            return None
        return Step(name, frozenset(event["operations"]), event["outcome"],
                    event["state"] or "no row", event["epoch"] or 0)
    if name == "pod_started":
        return Step(name)
    if name == "pod_deleted":
        return Step(name if event.get("by_request", True) else "pod_died")
    if name == "process_ended":
        return Step("process_crashed" if event["crashed"] else name)
    return None


def tell(events, breaks):
    steps = []
    worker = owner = None
    for event in events:
        step = step_of(event)
        if step is None:
            continue
        if step.event in ("process_ended", "process_crashed"):
            if event["cp"] != owner:
                continue
            steps.append(step)
            break
        if worker not in (None, event["worker"]):
            raise NoStory(f"it is about two workers: {worker} and {event['worker']}")
        worker = event["worker"]
        owner = event.get("owner") or owner
        steps.append(step)
    if not steps:
        raise NoStory("nothing happened to a worker")
    return Story(tuple(steps), breaks)


def side_by_side(model, run):
    """Both stories as a table, with a mark where they differ."""
    rows = [("", "model", "simulator")]
    count = max(len(model.steps), len(run.steps))
    for i in range(count):
        ours = model.steps[i] if i < len(model.steps) else None
        theirs = run.steps[i] if i < len(run.steps) else None
        equal = ours is not None and theirs is not None and same_step(ours, theirs)
        rows.append(("" if equal else "*", str(ours or "-"), str(theirs or "-")))
    rows.append(("" if model.breaks == run.breaks else "*", f"breaks {model.breaks}",
                 f"breaks {run.breaks}"))
    width = max(len(row[1]) for row in rows)
    return "\n".join(f"  {mark:1} {left:{width}}   {right}" for mark, left, right in rows)
