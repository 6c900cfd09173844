"""The conditions of a site file: which names they may ask, and how they are read."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from scriptengine.expressions import Type, compile
from server.config.site import SiteFile

Condition = Callable[[Mapping[str, int] | Mapping[str, str]], bool]
"""Whether an expression is true of these values."""

_CALLER_NAMES = {"number": Type.TEXT, "dialled": Type.TEXT, "trunk": Type.TEXT, "segment": Type.TEXT}
"""What `when` of a `[[queue.caller_priority]]` may ask."""


def skill_names(site: SiteFile) -> dict[str, Type]:
    """Every skill that an agent of the site has; `require` of a `[[queue.tier]]` may ask for these."""
    return {skill: Type.INTEGER for agent in site.agent for skill in agent.skills}


def of_skills(text: str, skills: Mapping[str, Type]) -> Condition:
    """`require` of a tier; a skill that an agent does not have is 0. Raises `ExpressionError`."""
    return _of_skills(text, tuple(skills.items()))


@lru_cache(maxsize=1024)
def _of_skills(text: str, skills: tuple[tuple[str, Type], ...]) -> Condition:
    return compile(text, dict(skills), result=Type.BOOLEAN, missing=0).evaluate


@lru_cache(maxsize=1024)
def of_caller(text: str) -> Condition:
    """`when` of a caller's priority; what is not known of a caller is an empty text. Raises `ExpressionError`."""
    return compile(text, _CALLER_NAMES, result=Type.BOOLEAN, missing="").evaluate
