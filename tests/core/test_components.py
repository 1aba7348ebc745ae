"""The tags of core/templatetags/ui.py."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django import forms
from django.template import TemplateSyntaxError, engines
from hypothesis import given
from hypothesis import strategies as st

from core import initials, own_links


def render(source, **context):
    html = engines["django"].from_string(source).render(context)
    return re.sub(r"\s+", " ", html).strip()


@pytest.mark.parametrize(
    "source",
    [
        '{% row titel="Passkeys" %}{% endrow %}',
        "{% card %}",
        '{% empty icon="inbox" %}{% endempty %}',
        "{% badge %}",
        '{% submit "Go" colour="red" %}',
    ],
)
def test_a_misspelt_or_missing_argument_fails_before_anything_is_shown(source):
    with pytest.raises(TemplateSyntaxError):
        engines["django"].from_string(source)


@pytest.mark.parametrize(
    "source", ['{% badge "On" "green" %}', '{% alert tone="red" %}{% endalert %}']
)
def test_an_unknown_tone_is_refused(source):
    with pytest.raises(TemplateSyntaxError, match="tone must be one of"):
        render(source)


def test_arguments_are_text_and_the_block_is_markup():
    html = render("{% row title=bad sub=bad badge=bad %}<b>fine</b>{% endrow %}", bad="<i>&")
    assert "<i>" not in html
    assert html.count("&lt;i&gt;&amp;") == 3
    assert "<b>fine</b>" in html


def test_what_is_captured_stays_escaped_inside():
    html = render(
        "{% capture as x %}<b>{{ bad }}</b>{% endcapture %}"
        '{% card title="T" actions=x %}{% endcard %}',
        bad="<i>",
    )
    assert "<b>&lt;i&gt;</b>" in html


def test_icons_are_hidden_from_screen_readers_and_unknown_ones_raise():
    assert 'aria-hidden="true"' in render('{% icon "key" %}')
    with pytest.raises(Exception, match="no-such-icon"):
        render('{% icon "no-such-icon" %}')


def test_a_card_is_named_by_its_title():
    html = render('{% card title="Sessions" id="list" %}x{% endcard %}')
    assert 'aria-labelledby="list-title"' in html
    assert '<h2 id="list-title">Sessions</h2>' in html


def test_repeated_buttons_can_be_told_apart():
    html = render('{% submit "Sign out" kind="danger" about="Firefox" name="do" value="end" %}')
    assert 'Sign out<span class="sr-only"> Firefox</span></button>' in html
    assert 'type="submit" data-kind="danger" name="do" value="end"' in html


def test_a_copy_button_waits_for_a_script_to_show_it():
    html = render('{% copy_box "s3cret" id="key" label="the key" %}')
    assert '<code id="key">s3cret</code>' in html
    assert re.search(r'data-copy="key" hidden>', html)


def test_times_are_utc_whatever_the_zone_they_came_in():
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert render("{% localtime moment %}", moment=moment) == (
        '<time datetime="2026-11-23T04:00:00Z" data-local>23 Nov 2026, 04:00 UTC</time>'
    )


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        render(
            "{% localtime moment %}", moment=datetime(2026, 11, 23, tzinfo=UTC).replace(tzinfo=None)
        )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1 second"),
        ("5", "5 seconds"),
        (90, "90 seconds"),
        (91, "2 minutes"),
        (3600, "60 minutes"),
        (5401, "2 hours"),
    ],
)
def test_waiting_times_are_rounded_up(seconds, text):
    assert render("{% wait seconds %}", seconds=seconds) == text


def test_a_pager_shows_only_when_there_is_another_page():
    assert render("{% pager %}") == ""
    html = render("{% pager older=older %}", older="?cursor=a&b")
    assert '<a class="btn" data-size="sm" href="?cursor=a&amp;b" rel="next">Older</a>' in html
    assert '<span class="btn" data-size="sm" aria-disabled="true">Newer</span>' in html


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="For you.")
    colour = forms.ChoiceField(label="Colour", choices=[("r", "Red")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def summary(form):
    return render("{% form_errors form %}", form=form)


def test_a_form_without_errors_or_with_one_has_no_summary():
    assert summary(Form()) == ""
    assert summary(Form({"name": "", "colour": "r"})) == ""


def test_the_summary_counts_the_errors_and_links_to_their_fields():
    html = summary(Form({}))
    assert "2 things need fixing" in html
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert '<a href="#id_colour_0">Colour: This field is required.</a>' in html
    assert 'role="alert"' in html


def test_errors_of_no_field_and_of_hidden_fields_stand_in_the_summary():
    form = Form({"name": "a", "colour": "r"})
    form.add_error(None, "These do not go <together>.")
    form.add_error("secret", "Start again.")
    html = summary(form)
    assert "<p>These do not go &lt;together&gt;.</p>" in html
    assert "<p>Start again.</p>" in html


def test_a_field_points_to_its_hint_and_its_error():
    html = render("{{ form.name.as_field_group }}", form=Form({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext">For you.</div>' in html
    assert 'id="id_name_error"' in html


def test_an_avatar_is_the_picture_or_else_the_initials():
    name = "0" * 32
    shown = render('{% avatar "Asha Kapoor" picture size="lg" %}', picture=name)
    assert f'<img class="avatar" data-size="lg" src="/avatars/{name}.webp" alt=""' in shown
    assert ">AK</span>" in render('{% avatar "Asha Kapoor" picture %}', picture="")


@given(st.text(max_size=40))
def test_initials_of_any_name_are_few_and_its_hue_is_one_of_four(name):
    assert sum(1 for _ in initials.of(name).casefold()) <= 12
    assert initials.hue(name) in range(1, 5)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Asha Kapoor", "AK"),
        ("alice", "A"),
        ("Max von der Aa", "MA"),
        ("(Bob) B", "B"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name, letters):
    assert initials.of(name) == letters


def test_only_addresses_of_this_site_become_links(settings):
    settings.SITE_URL = "https://example.com"
    html = own_links.linked("See https://example.com/a/?b=1&c=2. Not http://example.com.evil.org/x")
    assert html == (
        'See <a href="https://example.com/a/?b=1&amp;c=2">https://example.com/a/?b=1&amp;c=2</a>.'
        " Not http://example.com.evil.org/x"
    )


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com.evil.org/",
        "https://example.com@evil.org/",
        "javascript:alert(1)",
        "<a href='https://evil.org/'>x</a>",
        "<script>alert(1)</script>",
    ],
)
def test_nothing_else_becomes_markup(settings, text):
    settings.SITE_URL = "https://example.com"
    assert "<" not in own_links.linked(text)
