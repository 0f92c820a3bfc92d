"""What is wrong with a template, told by its file and line and without anything of a customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

from jinja2.exceptions import (
    SecurityError,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)

from dagster_project.lib.activation.content.budget import OverBudgetError
from dagster_project.lib.common.errors import KindredError

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


@dataclass(frozen=True)
class Fault:
    """One mistake."""

    file: str
    """Path below the folder of templates."""
    line: int
    reason: str
    is_over_budget: bool = False
    """Whether it took too long or became too long."""

    def __str__(self) -> str:
        return f"templates/{self.file} line {self.line}: {self.reason}"


class TemplateFaultError(KindredError):
    """A template cannot be rendered."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault), "correct it; `kindred content lint` tells of every fault")
        self.fault = fault


def fault_of(error: Exception, file: str, sources: Mapping[str, str]) -> Fault:
    """Where a rendering failed and why; what the file itself does not say stays untold, since it is a customer's.

    file: what was rendered, for faults that know no file of their own. sources: text of every file by its path.
    """
    if isinstance(error, TemplateSyntaxError):
        return Fault(error.filename or error.name or file, error.lineno, error.message or "it is no template")
    where, line = _innermost_line(error.__traceback__) or (file, 1)
    told = _QUOTED.sub(
        lambda quoted: quoted[0] if _is_own(quoted[0][1:-1], sources.get(where, "")) else "'…'",
        _reason_of(error),
    )
    return Fault(where, line, told, isinstance(error, OverBudgetError))


def _reason_of(error: Exception) -> str:
    match error:
        case TemplateNotFound():
            return f"there is no file '{error.name}'"
        case UndefinedError() | SecurityError() | OverBudgetError():
            return str(error)
        case RecursionError():
            return "it calls itself without end"
        case OverflowError():
            return "a range or a number is too large"
        case TemplateError():
            return error.message or type(error).__name__
        case _:
            return f"{type(error).__name__} in an expression: is a value missing, or of another type?"


def _is_own(word: str, source: str) -> bool:
    return word in source or word.endswith(" object")


def _innermost_line(traceback: TracebackType | None) -> tuple[str, int] | None:
    """File and line of the innermost template in a traceback: Jinja puts those in place of its compiled code's."""
    found = None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if "__jinja_template__" in traceback.tb_frame.f_globals or code.co_filename.endswith(
            (".html", ".txt")
        ):
            found = code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return found
