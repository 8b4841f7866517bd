"""One row of links to the other pages of a list, on every list."""

from django.template import Context, Template
from django.test import RequestFactory


def rendered(query: str, *, number: int, pages: int) -> str:
    request = RequestFactory().get(f"/accessions/3/?{query}")
    template = Template("{% load shown %}{% pager number pages %}")
    return template.render(Context({"request": request, "number": number, "pages": pages}))


def test_a_single_page_has_no_pager() -> None:
    assert rendered("", number=1, pages=1).strip() == ""


def test_the_links_keep_what_the_list_is_filtered_to() -> None:
    page = rendered("outcome=held&page=2", number=2, pages=3)

    assert 'href="?outcome=held" rel="prev"' in page
    assert 'href="?outcome=held&amp;page=3" rel="next"' in page


def test_pages_far_away_are_left_out_but_for_the_first_and_the_last() -> None:
    page = rendered("", number=10, pages=20)

    assert [number for number in range(1, 21) if f">{number}<" in page] == [1, 8, 9, 10, 11, 12, 20]
    assert page.count("…") == 2


def test_a_value_that_the_address_has_twice_is_kept_twice() -> None:
    assert 'href="?kind=a&amp;kind=b&amp;page=2"' in rendered("kind=a&kind=b", number=1, pages=2)
