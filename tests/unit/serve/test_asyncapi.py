import json

import msgspec

from courtside.messages import MESSAGE_TYPES
from courtside.serve.asyncapi import CONTROL_TYPES, OPS, asyncapi
from courtside.serve.ops import Op
from courtside.serve.settings import ServeSettings

SPEC = asyncapi("1.0", ServeSettings())


def test_every_message_and_op_is_described() -> None:
    assert list(SPEC["components"]["messages"]) == [*MESSAGE_TYPES, *CONTROL_TYPES, *OPS]
    assert SPEC["asyncapi"] == "3.0.0"
    assert {kind.__name__ for kind in OPS.values()} == {kind.__name__ for kind in Op.__args__}


def test_every_reference_leads_somewhere() -> None:
    def follow(reference: str) -> object:
        place: object = SPEC
        for part in reference.removeprefix("#/").split("/"):
            assert isinstance(place, dict)
            place = place[part]
        return place

    references = [each.split('"')[0] for each in json.dumps(SPEC).split('"$ref": "')[1:]]
    assert len(references) > 100
    for reference in references:
        assert follow(reference)


def test_the_description_is_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(SPEC)) == SPEC
