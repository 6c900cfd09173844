"""Scripts for tests, as short as they can be."""

from scriptengine.loading import load
from scriptengine.script import Script

END = '<end id="done" outcome="success" disposition="done"/>'


def xml(body: str, *, head: str = "", start: str = "a", attributes: str = "", tests: str = "") -> str:
    """A script with these nodes (an end `done` is added when they have none), declarations and tests."""
    end = "" if "<end " in body else END
    return (
        f'<dialog id="small" version="1" xml:lang="en" start="{start}" {attributes}><title>Small</title>'
        f"{head}{body}{end}{tests}</dialog>"
    )


def small(body: str, **more: str) -> Script:
    """The same, loaded."""
    return load(xml(body, **more).encode(), "small.xml")
