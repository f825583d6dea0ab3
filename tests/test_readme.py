"""The example study of README.md is planned as it is printed, and each of its cells says something."""

from __future__ import annotations

import re
from pathlib import Path

from xstilts.planning.plan import plan_study
from xstilts.studies.load import load_study

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_example_study_is_planned_as_printed(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(re.findall(r"^```yaml\n(name: .*?)^```$", README, re.DOTALL | re.MULTILINE)[0], encoding="utf-8")
    plan = plan_study(load_study(str(path)))
    cells = {(cell.arm, cell.target) for cell in plan.cells if cell.seed}
    assert cells == {(arm, target.task) for arm in plan.study.arms for target in plan.study.targets}
    of_the_machine = {"disk", "memory"}
    assert {caution.code for caution in plan.cautions} - of_the_machine == {"unpinned"}, "degenerate, leaking, no data"
