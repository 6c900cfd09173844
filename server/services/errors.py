"""What can go wrong between services. Each is one sentence, with the interface's name."""


class ServiceMissing(ConnectionError):
    """Nobody offers the interface (in such a version) now. Nothing was asked of anybody."""

    def __init__(self, interface: str, versions: str) -> None:
        super().__init__(f"no service offers {interface} {versions}".rstrip())
        self.interface = interface
        self.versions = versions


class ServiceLost(ConnectionError):
    """The provider was lost while it carried an operation out: it may have happened, or not."""

    def __init__(self, interface: str, instance: str, operation: str) -> None:
        super().__init__(f"{instance} was lost during {operation} of {interface}; it may have been carried out")
        self.interface = interface
        self.instance = instance
        self.operation = operation


class NotRegistered(LookupError):
    """A heartbeat or change for a registration that is gone or was replaced (a later epoch)."""


class VersionRefused(ValueError):
    """Text that is no version or no range of versions."""
