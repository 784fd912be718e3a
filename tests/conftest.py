"""What every test may ask for. Each fixture stands in the file that tells its story, below tests/support."""

pytest_plugins = [
    "tests.support.report",
    "tests.support.postgis",
    "tests.support.databases",
    "tests.support.service",
    "tests.support.cast",
    "tests.support.commands",
    "tests.support.browser",
]
