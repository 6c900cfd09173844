"""A whole running house for tests and measurements: server, SIPp trunk and phones, audio phones."""
