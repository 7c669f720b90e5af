"""What holds for every tier: property tests try the same examples each time, so that a run can be repeated."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")
