"""How often each task of a phase is drawn, as plain values. No torch here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from xstilts.training.refusals import finite, known_keys, one_of, require

if TYPE_CHECKING:
    from collections.abc import Mapping

Rule = Literal["proportional", "uniform", "weights", "linear"]


@dataclass(frozen=True)
class Mix:
    """How often each task of a phase is drawn; every optimizer step holds examples of one task.

    Attributes:
        rule: ``proportional`` to the number of training items, ``uniform``, by given ``weights``, or ``linear``: along
            a straight line from ``weights`` at the first step to ``end_weights`` at the last, normalised at each step.
        cap: Items of a task beyond this number do not count (proportional only); the T5 rule of Raffel et al. 2020,
            section 3.5.2, "examples-proportional mixing".
        temperature: Shares are raised to ``1 / temperature`` and normalised; 1 changes nothing, larger is flatter.
        weights: Task name to a number, for the rules ``weights`` (positive) and ``linear`` (0 or more, not all 0).
        end_weights: The same at the last step, for the rule ``linear``.

    Raises:
        InputError: If a value is out of range or the fields contradict each other.
    """

    rule: Rule = "proportional"
    cap: int | None = None
    temperature: float = 1.0
    weights: Mapping[str, float] | None = None
    end_weights: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        one_of("mix.rule", self.rule, get_args(Rule))
        if self.cap is not None:
            require("mix.cap", self.cap, self.cap >= 1, "at least 1")
            require("mix.cap", self.cap, self.rule == "proportional", "given only with the rule proportional")
        require("mix.temperature", self.temperature, finite(self.temperature) and self.temperature > 0, "positive")
        require("mix.weights", self.weights, (self.rule in ("weights", "linear")) == bool(self.weights),
                 "given exactly when the rule is weights or linear")  # fmt: skip
        require("mix.end_weights", self.end_weights, (self.rule == "linear") == bool(self.end_weights),
                 "given exactly when the rule is linear")  # fmt: skip
        self._check_weights("mix.weights", self.weights or {})
        self._check_weights("mix.end_weights", self.end_weights or {})
        if self.weights and self.end_weights:
            require("mix.end_weights", sorted(self.end_weights), set(self.end_weights) == set(self.weights),
                     f"one weight for each of {', '.join(sorted(self.weights))}, as in weights")  # fmt: skip

    def _check_weights(self, name: str, weights: Mapping[str, float]) -> None:
        for task, weight in weights.items():
            if self.rule == "linear":
                require(f"{name}.{task}", weight, finite(weight) and weight >= 0, "0 or more")
            else:
                require(f"{name}.{task}", weight, finite(weight) and weight > 0, "positive")
        if weights:
            require(name, dict(weights), any(weight > 0 for weight in weights.values()), "positive for some task")

    def to_json(self) -> dict[str, Any]:
        """All fields, defaults written out."""
        weights = {"weights": floats(self.weights), "end_weights": floats(self.end_weights)}
        return {"rule": self.rule, "cap": self.cap, "temperature": float(self.temperature), **weights}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Mix:
        """The inverse of :meth:`to_json`.

        Raises:
            InputError: If a key is unknown or a value is refused.
        """
        known_keys(cls, values, "mix")
        return cls(**values)


def floats(values: Mapping[str, float] | None) -> dict[str, float] | None:
    """The same numbers, written as JSON writes floats; None stays None."""
    return None if values is None else {name: float(value) for name, value in values.items()}
