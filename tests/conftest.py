"""What holds for every tier: property tests try the same examples each time, so that a run can be repeated.

How long an example takes on a busy machine says nothing: what has to be quick is measured in processor time.
"""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
