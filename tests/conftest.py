"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("caruso", deadline=None)  # a busy machine is no wrong rule
settings.load_profile("caruso")
