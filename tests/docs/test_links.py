"""Links of the documentation lead somewhere."""

from __future__ import annotations

import re

import pytest
from doc_pages import PAGES, ROOT, anchors, prose

_LINK = re.compile(r"\]\((?!https?://)([^)\s]+)\)")
LINKS = [(page, target) for page in PAGES for target in _LINK.findall(prose(page))]


@pytest.mark.parametrize(("page", "target"), LINKS, ids=[f"{page.name}-{target}" for page, target in LINKS])
def test_a_link_leads_to_a_file_and_a_heading_that_exist(page, target):
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page

    assert file.exists()
    assert file.is_relative_to(ROOT)
    if anchor:
        assert anchor in anchors(file)


def test_every_page_of_docs_is_linked_from_the_readme():
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page, target in LINKS
        if page.name == "README.md"
    }

    assert {page for page in PAGES if page.parent.name == "docs"} <= linked
