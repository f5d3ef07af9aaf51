"""The closing line of scripts/test tells the truth."""

from tests.suite import Tally, count

REPORT = (
    '<testsuites><testsuite tests="{tests}" failures="{failures}" errors="{errors}"'
    ' skipped="{skipped}"/></testsuites>'
)


def tallied(tmp_path, code=0, **numbers):
    report, tally = tmp_path / "report.xml", Tally()
    zeros = {"failures": 0, "errors": 0, "skipped": 0}
    report.write_text(REPORT.format(**zeros | numbers))
    count(tally, report, code, "SQLite")
    return tally.passed, tally.failed


def test_passed_tests_are_counted_as_passed(tmp_path):
    assert tallied(tmp_path, tests=7) == (7, 0)


def test_failures_errors_and_skips_are_all_counted_as_failed(tmp_path):
    assert tallied(tmp_path, 1, tests=10, failures=1, errors=2, skipped=3) == (4, 6)


def test_a_run_that_ended_badly_is_a_failure_even_if_all_its_tests_passed(tmp_path):
    assert tallied(tmp_path, 2, tests=5) == (5, 1)


def test_a_run_without_a_report_is_a_failure(tmp_path):
    tally = Tally()

    count(tally, tmp_path / "report.xml", 139, "SQLite")

    assert (tally.passed, tally.failed) == (0, 1)
