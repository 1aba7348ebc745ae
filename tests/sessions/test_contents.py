from django.core.signing import JSONSerializer
from hypothesis import given
from hypothesis import strategies as st

from sessions import contents

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
SESSIONS = st.dictionaries(st.text(min_size=1), VALUES, max_size=5)
TEXTS = st.dictionaries(st.sampled_from("abcde"), st.sampled_from("123"))


@given(SESSIONS)
def test_a_session_comes_back_as_it_was(session):
    texts = contents.to_texts(session, JSONSerializer())
    assert contents.from_texts(texts, JSONSerializer()) == session


@given(base=TEXTS, mine=TEXTS, stored=TEXTS)
def test_a_merge_keeps_my_changes_and_the_others_where_i_made_none(base, mine, stored):
    merged = contents.merged(base, mine, stored)
    for name in "abcde":
        changed_here = mine.get(name) != base.get(name)
        assert merged.get(name) == (mine if changed_here else stored).get(name)
