"""What a start makes, and what it skips because nothing changed."""

import pytest
from django.core.management.base import CommandError

from portal.serving import preparation, stamps


@pytest.fixture
def calls(settings, tmp_path, monkeypatch):
    """Commands that were run, in a data folder of their own."""
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, str(tmp_path / "static")
    ran = []

    def call_command(name, **options):
        ran.append(name)
        if name == "collectstatic":
            (tmp_path / "static").mkdir(exist_ok=True)
            (tmp_path / "static/staticfiles.json").write_text("{}")

    monkeypatch.setattr(preparation, "call_command", call_command)
    return ran


def prepare():
    said = []
    preparation.prepare(said.append)
    return said


@pytest.mark.django_db
def test_the_first_start_makes_everything_and_says_so(calls):
    said = prepare()

    assert calls == ["load_reference", "build_icons", "collectstatic", "seed_demo"]
    assert len(said) == 3  # the tables are there already: the test's own


@pytest.mark.django_db
def test_the_second_start_makes_nothing(calls):
    prepare()
    calls.clear()

    assert (prepare(), calls) == ([], [])


@pytest.mark.django_db
def test_changed_reference_files_are_loaded_again(calls):
    prepare()
    calls.clear()
    stamps.write("reference", {"fixtures/regions.csv": "an older hash"})

    prepare()

    assert calls == ["load_reference"]


@pytest.mark.django_db
def test_a_failed_step_is_tried_again_next_time(calls, monkeypatch):
    def fail(name, **options):
        raise CommandError("disk full")

    with monkeypatch.context() as broken, pytest.raises(CommandError):
        broken.setattr(preparation, "call_command", fail)
        prepare()
    prepare()

    assert "load_reference" in calls


@pytest.mark.django_db
def test_without_demonstration_none_is_seeded(calls, settings):
    settings.DEMO = False

    prepare()

    assert "seed_demo" not in calls


@pytest.mark.django_db
def test_a_database_made_by_rewritten_migrations_is_left_alone(calls):
    prepare()
    known = stamps.read("migrations")
    stamps.write("migrations", {**known, "portal/migrations/0001_initial.py": "another hash"})
    calls.clear()

    with pytest.raises(CommandError, match="没有改动任何数据"):
        prepare()

    assert calls == []


@pytest.mark.django_db
def test_a_migration_that_is_new_is_no_reason_to_refuse(calls):
    prepare()
    known = stamps.read("migrations")
    known.pop("portal/migrations/0001_initial.py")
    stamps.write("migrations", known)

    assert prepare() == []


@pytest.mark.django_db
def test_the_server_deployment_takes_its_pages_from_the_image(calls, settings):
    settings.SERVER, settings.DEMO = True, False

    prepare()

    assert calls == ["load_reference"]
