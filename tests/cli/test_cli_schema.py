"""`schema` prints the very files that lie in `schemas/`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules_engine.cli.main import main

SCHEMAS = Path(__file__).parents[2] / "schemas"


@pytest.mark.parametrize(
    ("args", "file"),
    [([], "rules.schema.json"), (["rules"], "rules.schema.json"), (["config"], "config.schema.json")],
)
def test_it_prints_what_make_schemas_writes(capsys, args, file):
    assert main(["schema", *args]) == 0

    out = capsys.readouterr().out
    assert json.loads(out)["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert out == (SCHEMAS / file).read_text(encoding="utf-8"), "run `make schemas`"


def test_it_prints_the_description_of_the_api(capsys):
    assert main(["schema", "openapi"]) == 0

    assert capsys.readouterr().out == (SCHEMAS / "dashtrack.openapi.yaml").read_text(encoding="utf-8")


def test_another_one_is_wrong_usage(capsys):
    assert main(["schema", "rulez"]) == 2
    assert "rules" in capsys.readouterr().err
