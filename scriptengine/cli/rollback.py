"""`caruso script rollback`."""

from scriptengine.cli.publish import rollback as main

__all__ = ["main"]
