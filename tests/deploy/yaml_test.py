#!/usr/bin/python3
"""The YAML that the tree gives away is what yamllint takes for good: workflows, the action, templates, examples, hooks."""
import os
import subprocess

from ci_files import DEPLOY, SOURCE, need
from system import check, main


def test_yaml():
    need("yamllint")
    files = [os.path.join(SOURCE, name) for name in (".pre-commit-hooks.yaml", ".yamllint")]
    for folder, _, names in os.walk(DEPLOY):
        files += [os.path.join(folder, name) for name in names if name.endswith((".yml", ".yaml"))]
    check(len(files) > 10, files)
    done = subprocess.run(["yamllint", "--strict", "--format", "parsable", "-c", os.path.join(SOURCE, ".yamllint"), *files],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    check(done.returncode == 0, "\n" + done.stdout)


main(test_yaml)
