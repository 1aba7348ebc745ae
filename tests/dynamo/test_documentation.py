from django.conf import settings

from dynamo.exports import markdown
from dynamo.schema import all_schemas

START, END = "<!-- tables: generated -->\n", "<!-- tables: end -->"


def test_the_documented_tables_are_the_declared_ones():
    page = (settings.BASE_DIR / "docs/data-model.md").read_text()
    assert page.partition(START)[2].partition(END)[0] == markdown(all_schemas())
