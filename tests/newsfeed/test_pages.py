"""The pages of the feed: what the author, a follower and a stranger get and may do."""

import re

import pytest

from billing import services as billing
from newsfeed.items import Visibility
from tests.alerts.people import tell
from tests.billing.lives import buy, told, top_up
from tests.dumps import dump_tables
from tests.factories import make_user
from tests.newsfeed.feeds import (
    BODY,
    CANARY,
    FOLLOWERS,
    PRICE,
    PRIVATE,
    comment,
    comments,
    delete,
    explored,
    follow,
    hidden_ids,
    hide,
    home_ids,
    notifications,
    publish,
    publish_paid,
    read,
    rows,
    timeline,
    work,
)

SIMPLE = (
    *("/feed/", "/explore/", "/feed/hidden/", "/feed/unlocked/", "/posts/new/"),
    *("/notifications/", "/@alice_h/"),
)
SHOWN = {"price": PRICE, "version": 1}
NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def html(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return re.sub(r"\s+", " ", answer.content.decode())


def new_post(client, **changed):
    return client.post("/posts/new/", {"body": "Hello", "visibility": "public", **changed})


def errors_of(answer, field):
    return " ".join(answer.context["form"].errors.get(field, []))


@pytest.fixture
def funds(bob):
    top_up(bob.user_sub, 900)
    return bob


@pytest.mark.parametrize("path", [*SIMPLE, f"/posts/{NOBODYS}/"])
def test_visitors_are_asked_to_sign_in(client, alice, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/?next=")


@pytest.mark.parametrize("path", SIMPLE)
def test_every_list_has_words_for_being_empty(client_for, alice, bob, path):
    page = html(client_for(bob).get(path))
    assert "empty-title" in page or "/posts/new/" in path


def test_the_feed_leads_a_newcomer_to_explore(client_for, alice):
    assert 'href="/explore/">Explore posts' in html(client_for(alice).get("/feed/"))


def test_a_followers_feed_shows_the_post(client_for, alice, bob, mallory):
    follow(bob, alice)
    publish(alice, "Hello, Bob", FOLLOWERS)
    work()
    assert "Hello, Bob" in html(client_for(bob).get("/feed/"))
    stranger = client_for(mallory)
    for path in ("/feed/", "/explore/", "/@alice_h/"):
        assert "Hello, Bob" not in html(stranger.get(path))


def test_text_is_escaped_and_keeps_its_paragraphs(client_for, alice):
    post = publish(alice, "<script>alert(1)</script>\n\nSecond & last")
    page = html(client_for(alice).get(f"/posts/{post.post_id}/"))
    assert "<script>alert" not in page
    assert "<p>Second &amp; last</p>" in page


def test_older_posts_are_one_link_away(client_for, alice):
    for number in range(21):
        publish(alice, f"Post number {number}")
    client = client_for(alice)
    page = html(client.get("/@alice_h/"))
    older = re.search(r'href="(/@alice_h/\?after=[^"]+)"', page).group(1)
    assert "Post number 0<" not in page
    following = html(client.get(older))
    assert "Post number 0<" in following
    assert "Post number 20<" not in following
    assert 'href="/@alice_h/">Back to the newest' in following


def test_htmx_gets_only_the_posts_to_append(client_for, alice):
    for number in range(21):
        publish(alice, f"Post number {number}")
    client = client_for(alice)
    older = re.search(r'href="([^"]+after=[^"]+)"', html(client.get("/@alice_h/"))).group(1)
    answer = client.get(older, HTTP_HX_REQUEST="true")
    assert "<html" not in html(answer)
    assert "Post number 0<" in html(answer)
    assert "HX-Request" in answer["Vary"]


def test_a_forged_page_link_is_400(client_for, alice):
    client = client_for(alice)
    for path in ("/feed/", "/explore/", "/@alice_h/", "/feed/hidden/", "/notifications/"):
        assert client.get(f"{path}?after=forged").status_code == 400


@pytest.mark.parametrize("handle", ["nobody_here", "alice@example.com", "admin", "x"])
def test_nobody_has_this_profile(client_for, alice, handle):
    client = client_for(alice)
    assert client.get(f"/@{handle}/").status_code == 404
    assert client.post(f"/@{handle}/follow/").status_code == 404


def test_a_handle_has_one_address(client_for, alice):
    answer = client_for(alice).get("/@Alice_H/")
    assert (answer.status_code, answer.url) == (302, "/@alice_h/")


def test_following_and_stopping(client_for, alice, bob):
    publish(alice, "From before")
    client = client_for(bob)
    answer = client.post("/@alice_h/follow/")
    assert (answer.status_code, answer.url) == (302, "/@alice_h/")
    work()
    assert len(home_ids(bob)) == 1
    assert "/@alice_h/unfollow/" in html(client.get("/@alice_h/"))
    client.post("/@alice_h/unfollow/")
    assert home_ids(bob) == []
    assert "/@alice_h/follow/" in html(client.get("/@alice_h/"))


def test_nobody_follows_themselves(client_for, alice):
    client = client_for(alice)
    page = html(client.post("/@alice_h/follow/", follow=True))
    assert "You cannot follow yourself" in page
    assert "/@alice_h/follow/" not in page
    assert notifications(alice) == []


def test_a_post_is_written_and_shown(client_for, alice):
    answer = new_post(client_for(alice), body="Hello\r\nworld")
    work()
    post_id = timeline(alice, alice)[0]
    assert (answer.status_code, answer.url) == (302, f"/posts/{post_id}/")
    assert explored() == [post_id]


def test_a_paid_post_has_the_price_that_was_typed(client_for, alice):
    new_post(client_for(alice), body=BODY, visibility="paid", unlock_price="4.99")
    (post_id,) = timeline(alice, alice)
    card = read(alice, type("Post", (), {"post_id": post_id})).card
    assert (card.visibility, card.unlock_price, card.currency) == (Visibility.PAID, 499, "USD")


def test_sending_the_form_twice_publishes_one_post(client_for, alice):
    client = client_for(alice)
    token = re.search(r'name="token" value="(\w+)"', html(client.get("/posts/new/"))).group(1)
    first, second = new_post(client, token=token), new_post(client, token=token)
    assert first.url == second.url
    assert len(timeline(alice, alice)) == 1
    again = new_post(client, token=token, body="Something else")
    assert "published from this form before" in html(again)
    fresh = re.search(r'name="token" value="(\w+)"', html(again)).group(1)
    assert new_post(client, token=fresh, body="Something else").status_code == 302
    assert len(timeline(alice, alice)) == 2


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"body": ""}, "body", "required"),
        ({"body": " \n "}, "body", "required"),
        ({"body": "a" * 20_001}, "body", "at most 20000"),
        ({"body": "a\u202eb"}, "body", "invisible"),
        ({"visibility": "everybody"}, "visibility", "valid choice"),
        ({"visibility": ""}, "visibility", "required"),
        ({"visibility": "paid"}, "unlock_price", "Type what it costs"),
        ({"visibility": "paid", "unlock_price": "0.50"}, "unlock_price", "from $1.00 to $500.00"),
        ({"visibility": "paid", "unlock_price": "free"}, "unlock_price", "number"),
        ({"visibility": "paid", "unlock_price": "-5"}, "unlock_price", "number"),
        ({"visibility": "public", "unlock_price": "5"}, "unlock_price", "Only a paid post"),
    ],
)
def test_a_bad_post_names_its_field_and_writes_nothing(client_for, alice, typed, field, words):
    client = client_for(alice)
    before = rows()
    assert words in errors_of(new_post(client, **typed), field)
    assert rows() == before


def test_a_preview_tells_free_from_locked_and_publishes_nothing(client_for, alice):
    typed = {"body": BODY, "visibility": "paid", "unlock_price": "5", "do": "preview"}
    page = html(new_post(client_for(alice), **typed))
    assert "Locked from here" in page
    assert "2 free words · 4 locked words" in page
    assert rows() == []


def test_without_billing_no_paid_post_can_be_made(client_for, alice, monkeypatch):
    monkeypatch.setattr(billing, "is_configured", lambda: False)
    client = client_for(alice)
    assert 'value="paid"' not in html(client.get("/posts/new/"))
    answer = new_post(client, visibility="paid", unlock_price="5")
    assert "valid choice" in errors_of(answer, "visibility")
    assert rows() == []


def test_a_stranger_gets_the_free_part_and_the_price(client_for, alice, funds):
    post = publish_paid(alice)
    page = html(client_for(funds).get(f"/posts/{post.post_id}/"))
    assert "Free words." in page
    assert "Unlock for $5.00" in page
    assert "Wallet balance: $9.00" in page
    assert "Write a comment" not in page
    assert CANARY not in page


def test_unlocking_pays_once_and_opens_the_post(client_for, alice, funds):
    post = publish_paid(alice)
    client = client_for(funds)
    for _ in range(2):
        page = html(client.post(f"/posts/{post.post_id}/unlock/", SHOWN, follow=True))
        assert CANARY in page
    assert "already" in page
    assert "Unlocked" in page
    assert billing.get_wallet(funds.user_sub).available == 400


def test_too_little_money_leads_to_the_wallet_and_back(client_for, alice, bob):
    post = publish_paid(alice)
    client = client_for(bob)
    page = html(client.get(f"/posts/{post.post_id}/"))
    assert f"/wallet/top-up/?next=/posts/{post.post_id}/&amp;amount=500" in page
    assert "Add $5.00 to unlock" in page
    before = dump_tables("billing")
    page = html(client.post(f"/posts/{post.post_id}/unlock/", SHOWN, follow=True))
    assert "not enough money" in page
    assert CANARY not in page
    assert dump_tables("billing") == before


def test_what_is_owed_has_to_be_added_too(client_for, alice, bob):
    spent = top_up(bob.user_sub, 500)
    buy(bob.user_sub, alice.user_sub, 500, "thing:1")
    told(spent)
    page = html(client_for(bob).get(f"/posts/{publish_paid(alice).post_id}/"))
    assert "Add $10.00 to unlock" in page
    assert "amount=1000" in page
    assert "You owe $5.00" in page


@pytest.mark.parametrize("price", ["", "abc", "0", "-500", "1", "499"])
def test_another_price_than_the_shown_one_is_never_paid(client_for, alice, funds, price):
    post = publish_paid(alice)
    client = client_for(funds)
    before = dump_tables("billing")
    sent = {**SHOWN, "price": price}
    page = html(client.post(f"/posts/{post.post_id}/unlock/", sent, follow=True))
    assert "nothing was charged" in page.casefold()
    assert CANARY not in page
    assert dump_tables("billing") == before


@pytest.mark.parametrize("version", ["", "abc", "0", "-1", "2"])
def test_another_version_than_the_shown_one_is_never_paid(client_for, alice, funds, version):
    post = publish_paid(alice)
    client = client_for(funds)
    assert '<input type="hidden" name="version" value="1">' in html(
        client.get(f"/posts/{post.post_id}/")
    )
    before = dump_tables("billing")
    sent = {**SHOWN, "version": version}
    page = html(client.post(f"/posts/{post.post_id}/unlock/", sent, follow=True))
    assert "nothing was charged" in page.casefold()
    assert CANARY not in page
    assert dump_tables("billing") == before


def test_without_billing_the_box_says_why(client_for, alice, bob, monkeypatch):
    post = publish_paid(alice)
    monkeypatch.setattr(billing, "is_configured", lambda: False)
    page = html(client_for(bob).get(f"/posts/{post.post_id}/"))
    assert "Payments are switched off" in page
    assert CANARY not in page


def test_comments_are_added_and_deleted_by_their_writers(client_for, alice, bob, mallory):
    post = publish(alice)
    client = client_for(bob)
    client.post(f"/posts/{post.post_id}/comments/", {"text": "Well <b>said</b>"})
    (said,) = comments(bob, post).items
    page = html(client.get(f"/posts/{post.post_id}/"))
    assert "Well &lt;b&gt;said" in page
    target = f"/posts/{post.post_id}/comments/{said.comment_id}/delete/"
    assert target in page
    assert target not in html(client_for(mallory).get(f"/posts/{post.post_id}/"))
    assert client_for(mallory).post(target).status_code == 404
    assert len(comments(bob, post).items) == 1
    assert client.post(target).status_code == 302
    assert comments(bob, post).items == []


@pytest.mark.parametrize(("text", "words"), [("", "required"), ("a" * 1001, "at most 1000")])
def test_a_bad_comment_is_refused_in_its_form(client_for, alice, text, words):
    post = publish(alice)
    answer = client_for(alice).post(f"/posts/{post.post_id}/comments/", {"text": text})
    assert words in errors_of(answer, "text")
    assert comments(alice, post).items == []


def test_comments_have_pages(client_for, alice):
    post = publish(alice)
    for number in range(21):
        comment(alice, post, f"Remark {number}.")
    client = client_for(alice)
    page = html(client.get(f"/posts/{post.post_id}/"))
    assert "21 comments" in page
    assert "Remark 0." not in page
    older = re.search(r'href="([^"]+after=[^"]+)" rel="next"', page).group(1)
    assert "Remark 0." in html(client.get(older))


def test_nobody_comments_on_what_they_cannot_read(client_for, alice, bob):
    client = client_for(bob)
    for post, status in ((publish(alice, "x", PRIVATE), 404), (publish_paid(alice), 200)):
        answer = client.post(f"/posts/{post.post_id}/comments/", {"text": "Hm"})
        assert answer.status_code == status
        assert comments(alice, post).items == []


def test_hiding_leaves_lists_and_comes_back(client_for, alice, bob):
    post = publish(alice, "Hide me")
    work()
    client = client_for(bob)
    answer = client.post(f"/posts/{post.post_id}/hide/", {"next": "/explore/"})
    assert (answer.status_code, answer.url) == (302, "/explore/")
    assert explored(bob) == []
    assert "Hide me" in html(client.get("/feed/hidden/"))
    answer = client.post(f"/posts/{post.post_id}/unhide/", {"next": "//evil.example/"})
    assert answer.url == "/feed/hidden/"
    assert explored(bob) == [post.post_id]


def test_htmx_gets_a_line_in_place_of_the_hidden_post(client_for, alice, bob):
    post = publish(alice)
    answer = client_for(bob).post(f"/posts/{post.post_id}/hide/", HTTP_HX_REQUEST="true")
    assert "The post is hidden" in html(answer)
    assert "<html" not in html(answer)
    assert f"/posts/{post.post_id}/unhide/" in html(answer)


def test_only_the_author_deletes_and_is_asked_first(client_for, alice, bob):
    post = publish(alice, "Short lived")
    work()
    path = f"/posts/{post.post_id}/delete/"
    stranger, author = client_for(bob), client_for(alice)
    assert path not in html(stranger.get(f"/posts/{post.post_id}/"))
    assert (stranger.get(path).status_code, stranger.post(path).status_code) == (404, 404)
    assert "Short lived" in html(author.get(path))
    assert explored() == [post.post_id]
    assert author.post(path).url == "/feed/"
    assert author.get(f"/posts/{post.post_id}/").status_code == 404


def test_notifications_are_listed_and_marked_read(client_for, alice, bob):
    post = publish(alice)
    follow(bob, alice)
    comment(bob, post)
    client = client_for(alice)
    page = html(client.get("/notifications/"))
    assert ">Bob</strong> follows you" in page
    assert ">Bob</strong> commented on your post" in page
    assert page.count("data-unread") == 2
    upto = re.search(r'name="upto" value="(\w+)"', page).group(1)
    comment(bob, post, "One more")
    client.post("/notifications/read/", {"upto": upto})
    assert html(client.get("/notifications/")).count("data-unread") == 1
    assert "data-unread" not in html(client_for(bob).get("/notifications/"))


@pytest.mark.parametrize("upto", ["", "nonsense", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"])
def test_a_made_up_mark_reads_nothing(client_for, alice, bob, upto):
    follow(bob, alice)
    client_for(alice).post("/notifications/read/", {"upto": upto})
    assert [each.unread for each in notifications(alice)] == [True]


def test_several_new_followers_lead_to_the_list_of_them(client_for, alice, bob, mallory):
    for reader in (bob, mallory):
        follow(reader, alice)
    page = html(client_for(alice).get("/notifications/"))
    assert '<a href="/people/followers/" class="note"' in page


def test_several_people_are_named_and_counted(client_for, alice, bob, mallory):
    post = publish(alice)
    for person in (bob, mallory, make_user("carol"), make_user("dave")):
        comment(person, post)
    page = html(client_for(alice).get("/notifications/"))
    assert (
        '<strong dir="auto">Dave</strong>, <strong dir="auto">Carol</strong> and 2 others'
        " commented on your post" in page
    )


def test_a_sale_says_what_it_earned_and_leads_to_its_post_while_that_is_there(
    client_for, alice, funds
):
    post = publish_paid(alice)
    client_for(funds).post(f"/posts/{post.post_id}/unlock/", SHOWN)
    client, link = client_for(alice), f'href="/posts/{post.post_id}/"'
    page = html(client.get("/notifications/"))
    assert "Bob</strong> unlocked your post: you earned $4.50" in page
    assert link in page
    delete(alice, post)
    assert link not in html(client.get("/notifications/"))


def test_the_tabs_count_what_is_new_in_each(client_for, alice, bob):
    client = client_for(alice)
    tell(alice)
    follow(bob, alice)
    comment(bob, publish(alice))
    for path, current in (
        ("/notifications/", "People"),
        ("/alerts/?category=security", "Security"),
        ("/alerts/", "All alerts"),
    ):
        page = html(client.get(path))
        tabs = re.search(r'<nav class="tabs"[^>]*>(.*?)</nav>', page).group(1)
        shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", tabs)).strip()
        assert shown == "People 2 new Security 1 new Money Account All alerts"
        assert re.search(r'aria-current="page">([\w ]+)', tabs).group(1).strip() == current
        assert 'aria-label="Notifications, 3 new"' in page


def test_choices_are_kept(client_for, alice, bob):
    follow(bob, alice)
    client = client_for(alice)
    assert "checked" in html(client.get("/settings/notifications/"))
    sent = {"commented": "on", "replied": "on", "reacted": "on", "unlocked": "on"}
    assert "saved" in html(client.post("/settings/notifications/", sent, follow=True))
    assert notifications(alice) == []
    assert html(client.get("/settings/notifications/")).count("checked") == 4


@pytest.mark.parametrize("what", ["hide", "unhide", "unlock", "delete", "comments"])
def test_unknown_posts_and_private_ones_answer_alike(client_for, alice, bob, what):
    private = publish(alice, "Mine alone", PRIVATE)
    client = client_for(bob)
    data = {**SHOWN, "text": "Hm"}
    before = rows()
    statuses = {
        client.post(f"/posts/{post_id}/{what}/", data).status_code
        for post_id in (private.post_id, NOBODYS)
    }
    assert statuses == ({302} if what == "unhide" else {404})
    assert client.get(f"/posts/{private.post_id}/").status_code == 404
    assert rows() == before


def test_changes_need_post(client_for, alice, bob):
    post = publish(bob)
    client = client_for(alice)
    for what in ("hide", "unhide", "unlock"):
        assert client.get(f"/posts/{post.post_id}/{what}/").status_code == 405
    assert client.get("/@bob_h/follow/").status_code == 405
    assert hidden_ids(alice) == []


def test_a_hidden_post_says_so_on_its_own_page(client_for, alice, bob):
    post = publish(alice)
    hide(bob, post)
    assert "You hid this post" in html(client_for(bob).get(f"/posts/{post.post_id}/"))


def test_a_form_whose_post_was_deleted_since_is_shown_again(client_for, alice):
    client = client_for(alice)
    new_post(client, token=NOBODYS)
    (post_id,) = timeline(alice, alice)
    client.post(f"/posts/{post_id}/delete/")
    assert "published from this form before" in html(new_post(client, token=NOBODYS))
    assert timeline(alice, alice) == []


def test_what_one_hid_of_ones_own_can_be_shown_again(client_for, alice):
    post = publish(alice)
    hide(alice, post)
    assert f"/posts/{post.post_id}/unhide/" in html(client_for(alice).get("/feed/hidden/"))
