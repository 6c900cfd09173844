"""What can be wrong with a report."""


class ReportError(Exception):
    """A report's file, or what was asked of it, is wrong. The text names the place and the cure."""
