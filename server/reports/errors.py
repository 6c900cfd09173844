"""What can be wrong with a report."""


class ReportError(Exception):
    """A report's file, or what was asked of it, is wrong. The text names the place and the cure.

    `kind` is a stable id, by which a page finds words of its own language.
    """

    def __init__(self, text: str, kind: str = "report-refused") -> None:
        super().__init__(text)
        self.kind = kind


class NoSuchReport(ReportError):
    """There is no report of that name."""
