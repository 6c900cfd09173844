"""What holds for all tests."""

import os

from hypothesis import settings

settings.register_profile("caruso", deadline=None)  # a busy machine is no wrong rule
settings.register_profile("steady", deadline=None, derandomize=True)  # the same examples each time
settings.load_profile(os.environ.get("CARUSO_EXAMPLES", "caruso"))
