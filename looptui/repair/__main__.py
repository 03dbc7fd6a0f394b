"""`python -P -m looptui.repair`: a job as JSON on stdin, the working directory is the tree.

Progress for people goes to stdout. The answer goes to the job's `answer_path`, else to the last
line of stdout. Exit code 2 means that the job was not understood. `--operators` prints the table.
"""

from __future__ import annotations

import sys
from pathlib import Path


def say(line: str) -> None:
    print(line.encode("ascii", "backslashreplace").decode("ascii"), flush=True)


def main() -> int:
    if sys.argv[1:] == ["--operators"]:
        from looptui.repair.operators import table_text

        print(table_text())
        return 0
    from looptui.repair.job import BadJob, Job, hand_over
    from looptui.repair.search import run

    try:
        job = Job.from_json(sys.stdin.read())
    except BadJob as error:
        print(f"looptui-repair: {error}", file=sys.stderr)
        return 2
    hand_over(run(job, Path.cwd(), say), job.answer_path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
