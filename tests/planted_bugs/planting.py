"""Known bugs in a copy of the tree: planted, built there, and searched for.

What the scripts of the planted bugs share. A bug is a file NAME.patch: header lines (Claim,
Scenario, Property, and optionally Explore, Parameters and Model: the model's name for the same
bug), then a patch that `git apply` takes. The copy is one for all of them: two that run at once
are in each other's way.
"""

import json
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COPY = ROOT / "build/planted"
SEED_STRIDE = 1_000_000  # base seed k begins at k * SEED_STRIDE
CONFORMANCE = "conformance"  # the property of --conform


class Problem(Exception):
    """Something that makes the whole run fail, in one sentence."""


def read_bug(path):
    fields = {}
    for line in path.read_text().splitlines():
        if line.startswith("diff "):
            break
        key, colon, value = line.partition(":")
        if colon:
            fields[key.strip()] = value.strip()
    for field in ("Claim", "Scenario", "Property"):
        if field not in fields:
            raise Problem(f"{path.name} has no line '{field}: …'")
    return {
        "name": path.stem,
        "patch": path,
        "claim": fields["Claim"],
        "scenario": fields["Scenario"],
        "properties": [name.strip() for name in fields["Property"].split(",")],
        "explore": fields.get("Explore", "no") == "yes",
        "parameters": fields.get("Parameters", "").split(),
        "model": fields.get("Model"),
    }


def call(arguments, where, what):
    done = subprocess.run(arguments, cwd=where, capture_output=True, text=True)
    if done.returncode != 0:
        raise Problem(f"{what}:\n{done.stdout}{done.stderr}")
    return done.stdout


def copy_tree(copy):
    """Brings the copy up to date with the working tree, keeping what is unchanged as it is."""
    listed = call(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT,
                  "cannot list the files of the tree")
    wanted = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    for name in wanted:
        source, target = ROOT / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copy(source, target)
    for folder, folders, files in os.walk(copy):
        folders[:] = [name for name in folders if name != "build"]
        for file in files:
            path = pathlib.Path(folder, file)
            if str(path.relative_to(copy)) not in wanted:
                path.unlink()


def build(copy, what):
    # The same preset in the same place of its tree: what is not patched comes out of ccache.
    os.environ["CCACHE_BASEDIR"] = str(copy)
    os.environ["CCACHE_NOHASHDIR"] = "1"
    if not (copy / "build/release/build.ninja").exists():
        call(["cmake", "--preset", "release", "-DFENCEPOST_BUILD_TESTS=OFF",
              "-DFENCEPOST_BUILD_BENCH=OFF"], copy, f"{what}: cannot configure")
    call(["cmake", "--build", "build/release", "--target", "fencepost"], copy,
         f"{what}: does not build")


def plant(bug):
    """The copy of the tree with the bug in it, built."""
    COPY.mkdir(parents=True, exist_ok=True)
    copy_tree(COPY)
    call(["git", "apply", "--directory", str(COPY.relative_to(ROOT)), str(bug["patch"].resolve())],
         ROOT, f"{bug['name']}: does not apply")
    build(COPY, bug["name"])
    return COPY


def leave_nothing_planted():
    COPY.mkdir(parents=True, exist_ok=True)
    copy_tree(COPY)


def report_of(fencepost, arguments, what, where=ROOT):
    """The JSON report of the command."""
    command = [str(fencepost), *arguments, "--json"]
    try:
        done = subprocess.run(command, cwd=where, capture_output=True, text=True)
        return json.loads(done.stdout)
    except OSError as error:
        raise Problem(f"{what}: {error}")
    except json.JSONDecodeError:
        raise Problem(f"{what}: {' '.join(command)} gave no report (exit {done.returncode}):\n"
                      f"{done.stdout}{done.stderr}")


def planted_command(copy):
    return copy / "build/release/cli/fencepost"


def broken_by(report):
    """The name of what broke; None if nothing did."""
    failure = report.get("failure")
    return failure.get("property", failure["end"]) if failure else None


def search(copy, bug, arguments, conform=False):
    """One campaign; returns its JSON report."""
    report = report_of(planted_command(copy),
                       [*arguments, *bug["parameters"], "--replay-dir",
                        str(copy / "build/failures"), *(["--conform"] if conform else [])],
                       bug["name"], copy)
    expected = [*bug["properties"], *([CONFORMANCE] if conform else [])]
    broken = broken_by(report)
    if broken and broken not in expected:
        failure = report["failure"]
        raise Problem(f"{bug['name']}: {broken} broke, not {' or '.join(expected)}; see "
                      f"{failure.get('replay', failure.get('command'))}")
    return report


def seeds_of(base, limit):
    first = base * SEED_STRIDE + 1
    return f"{first}..{first + limit - 1}"


def fuzz(copy, bug, base, limit, shrink, strategy, conform=False):
    """A random search from one base seed, on one core, so that it is the same every time."""
    return search(copy, bug, ["fuzz", bug["scenario"], "--jobs", "1", "--shrink-time", shrink,
                              "--strategy", strategy, "--seeds", seeds_of(base, limit)], conform)
