"""The replenishment rule of a location, as a case writes it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any  # a model on the wire is a dict of anything

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from inventory_hmarl.case.models.values import Identifier, Parameter, Part
from inventory_hmarl.policies import RULES


class PolicySettings(Part):
    """A rule and its parameters; in a file they stand side by side.

    >>> PolicySettings.model_validate({"rule": "base_stock", "order_up_to": 5}).parameters
    {'order_up_to': 5.0}
    """

    rule: Identifier
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        parameters = {name: value for name, value in data.items() if name != "rule"}
        if isinstance(parameters.get("parameters"), Mapping) and len(parameters) == 1:
            parameters = dict(parameters["parameters"])
        rule = {"rule": data["rule"]} if "rule" in data else {}
        return {**rule, "parameters": parameters}

    @model_serializer(mode="wrap")
    def _spread(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write parameters in the order of their rule, so that one case is one text."""
        plain = handler(self)
        given = plain.get("parameters", {})
        known = dataclasses.fields(RULES[self.rule]) if self.rule in RULES else ()
        ordered = {each.name: given[each.name] for each in known if each.name in given}
        return {"rule": plain["rule"], **ordered, **given}
