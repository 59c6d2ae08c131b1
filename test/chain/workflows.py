"""The workflows of docs/ci.md.

usage: workflows.py check DIRECTORY WORK
       workflows.py show github|export|gitlab

"check" prints complaints about them, a line each. DIRECTORY is where npm has
installed @actions/workflow-parser, GitHub's own parser, and unpacked
gitlab-ci-local, which has GitLab's own schema. "show" prints the commands of
one. Needs Debian's packages python3-jsonschema and python3-yaml, and node.
"""

import json
import pathlib
import re
import subprocess
import sys

import jsonschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = """import { schema } from '%s'; console.log(JSON.stringify(schema));"""


def blocks():
    text = (HERE / "../../docs/ci.md").read_text(encoding="utf-8")
    return dict(
        zip(("github", "export", "gitlab"), re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)))


def check_gitlab(workflow, directory):
    module = (directory / "gitlab-ci-local/src/schema/schema.js").as_uri()
    schema = json.loads(subprocess.check_output(["node", "--input-type=module", "-e", SCHEMA % module]))
    for error in jsonschema.Draft7Validator(schema).iter_errors(yaml.safe_load(workflow)):
        print(f"{'/'.join(map(str, error.absolute_path))}: {error.message}")


def check_github(workflow, directory, path):
    path.write_text(workflow, encoding="utf-8")
    subprocess.run(["node", HERE / "workflows.mjs", directory, path], check=True)


def check(directory, work):
    workflows = blocks()
    check_gitlab(workflows.pop("gitlab"), directory)
    for name, workflow in workflows.items():
        check_github(workflow, directory, work / f"{name}.yml")


def show(name):
    workflow = yaml.safe_load(blocks()[name])
    if name == "gitlab":
        print("\n".join(workflow["migrations"]["script"]))
    else:
        (job,) = workflow["jobs"].values()
        print("\n".join(step["run"] for step in job["steps"] if "run" in step))


if sys.argv[1] == "check":
    check(*map(pathlib.Path, sys.argv[2:]))
else:
    show(sys.argv[2])
