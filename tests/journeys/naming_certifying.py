"""Certificates: issued for the batch, printed in the background, read back and verified."""

from pathlib import Path

import pypdfium2
from playwright.sync_api import expect

from awards.models import Certificate
from tests.awards.conftest import codes_on, words_of
from tests.journeys.naming_world import PHONE, do_jobs


def issue(world):
    """The city gives each title its number; the papers are set by the worker."""
    page = world.page(world.city_officer, world.batch.get_absolute_url())
    page.click("section:has(h2:text-is('证书')) >> text=去签发")
    world.look(page, "certificates-waiting")
    page.click("button:text-is('签发证书')")
    world.look(page, "certificates-confirm")
    page.click("button:text-is('确认签发')")
    page.wait_for_selector("text=已签发 3 份证书")
    do_jobs()
    page.reload()
    expect(page.locator("main")).to_contain_text("已制成 3 / 3 份")
    expect(page.locator("main")).not_to_contain_text("certificateissue.")
    world.look(page, "certificates")


def verify(world, unit):
    """The clerk takes the paper away; whoever reads its code finds the very certificate."""
    page = world.page(world.clerks["first"], "/awards/certificates/")
    page.click("table a.name")
    world.look(page, "certificate")
    with page.expect_download() as told:
        page.click("button:has-text('下载 PDF')")
    content = Path(told.value.path()).read_bytes()
    made = Certificate.objects.get(designation__unit=unit)
    assert made.number in words_of(content) and unit.name in words_of(content)
    (world.code,) = codes_on(content)
    assert world.code == f"{world.url}/verify/{made.code}/"
    keep_the_paper(world, content)
    reads(world, world.code, "证书有效", made.number, unit.name, picture="verify-valid")


def keep_the_paper(world, content):
    """How the paper looks, where pictures are kept."""
    if world.pictures:
        page = pypdfium2.PdfDocument(content)[0].render(scale=1.4).to_pil()
        page.save(world.pictures / "paper.png")


def reads(world, address, *words, picture):
    """What somebody with a phone reads there."""
    page = world.passer_by(PHONE)
    page.goto(address)
    for each in words:
        expect(page.locator("main")).to_contain_text(each)
    world.look(page, picture)


def address_of(world, unit):
    made = Certificate.objects.filter(designation__unit=unit).order_by("issued_at").last()
    return f"{world.url}/verify/{made.code}/"
