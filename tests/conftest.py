"""What every test may ask for. Each fixture stands in the file that tells its story, below tests/support."""

from hypothesis import HealthCheck, settings

# How fast a busy machine draws examples says nothing about us.
settings.register_profile("any machine", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("any machine")

pytest_plugins = [
    "tests.support.report",
    "tests.support.postgis",
    "tests.support.databases",
    "tests.support.service",
    "tests.support.cast",
    "tests.support.commands",
    "tests.support.browser",
]
