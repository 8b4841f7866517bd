"""In a real browser: every page fits a narrow window, cuts nothing, and passes the rules of accessibility."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.accounts.models import User
from archive.ingest.captions_list import Remark
from archive.ingest.remarks import record_remarks
from tests.addresses import arguments, every_address, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Chosen values that do not fit their list, and words that a box hides without a mark of it.
CUT = """() => {
  for (const part of document.querySelectorAll("main details")) part.open = true;
  const words = document.createElement("canvas").getContext("2d");
  const cut = [];
  for (const list of document.querySelectorAll("select")) {
    const style = getComputedStyle(list);
    words.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room = list.clientWidth - parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd) - 16;
    // A filter may name deliveries of any length; what is chosen of it is read in the result too.
    for (const choice of list.form?.method === "post" ? list.options : [])
      if (list.clientWidth && words.measureText(choice.text).width > room) cut.push(`${list.name}: ${choice.text}`);
  }
  for (const box of document.querySelectorAll("main :is(h1, h2, p, li, dd, dt, td, th, label, button, a, summary)")) {
    const style = getComputedStyle(box);
    const isHidden = style.overflowX === "hidden" && style.textOverflow !== "ellipsis";
    const isCut = isHidden && box.clientWidth > 1 && box.scrollWidth > box.clientWidth + 1;
    if (isCut) cut.push(`${box.tagName}: ${box.innerText.slice(0, 60)}`);
  }
  return cut;
}"""


def pages_of(client: Client, people: dict[str, User]) -> list[str]:
    """Return the paths of all pages that an administrator can open, one record of each sort behind them."""
    world = make_world(people)
    remarks = [Remark(f"words.csv, line {n}", f"“{'a' * 60}.jpg” names no file of this accession.") for n in range(3)]
    record_remarks(world["item"].accession, remarks)
    world["item"].accession.lines.create(
        original_name=f"{'b' * 120}.jpg", size_bytes=455, way="PAGE", received_at=timezone.now(), state="DONE",
        outcome="REFUSED", reason="“x.xmp” was not kept: it may belong to any of 2 files.",
    )  # fmt: skip
    client.force_login(people["administrator"])
    paths = []
    for name in every_address():
        if name.startswith(("api:", "suggest")):
            continue
        path = reverse(name, kwargs=arguments(name, world))
        answer = client.get(path)
        is_page = (
            answer.status_code == 200 and not answer.streaming and b"<!doctype html" in answer.content[:200].lower()
        )
        if is_page:
            paths.append(path)
    return paths


@pytest.mark.parametrize("language", ["en-GB", "fr-FR"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_fits_its_window_and_passes_the_rules(
    page_of: Callable[..., Any], client: Client, people: dict[str, User], width: int, language: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    paths = pages_of(client, people)
    assert len(paths) > 40
    page = page_of(people["administrator"], "/", viewport={"width": width, "height": 900}, locale=language)
    faults = []
    for path in paths:
        page.goto(path)
        found = axe.run(page, options={"runOnly": RULES, "preload": False}).response["violations"]
        faults += [(path, fault["id"], node["html"][:120]) for fault in found for node in fault["nodes"][:2]]
        faults += [(path, "cut", words) for words in page.evaluate(CUT)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the window", ""))

    assert faults == []
