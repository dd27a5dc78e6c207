import pytest

from tools.web_build import differences
from tools.web_types import FILE, declaration, type_of, typescript


def test_the_types_of_the_dashboard_are_those_of_the_server() -> None:
    assert FILE.read_text(encoding="utf-8") == typescript(), "python -m tools.web_types"


def test_schemas_become_types() -> None:
    assert type_of({"$ref": "#/components/schemas/Run"}) == "Run"
    assert type_of({"enum": ["away", "home"]}) == '"away" | "home"'
    assert type_of({"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}) == (
        "(number | null)[]"
    )
    assert type_of({"type": "object", "additionalProperties": {"type": "number"}}) == "Record<string, number>"
    assert type_of({}) == "unknown"


def test_a_field_that_may_be_left_out_says_so() -> None:
    schema = {
        "description": "A line.",
        "properties": {"one": {"type": "string"}, "two words": {"type": "boolean"}},
        "required": ["one"],
    }
    said = declaration("Line", schema)
    assert said == '\n/** A line. */\nexport interface Line {\n  one: string;\n  "two words"?: boolean;\n}\n'


def test_a_schema_that_has_no_type_is_refused_and_not_guessed() -> None:
    with pytest.raises(ValueError, match=r"teach tools/web_types\.py"):
        type_of({"allOf": []})


def test_a_build_differs_where_a_file_is_missing_new_or_another() -> None:
    committed, fresh = {"a": b"1", "b": b"1", "c": b"1"}, {"a": b"1", "b": b"2", "d": b"1"}
    assert differences(committed, fresh) == ["b", "c", "d"]
