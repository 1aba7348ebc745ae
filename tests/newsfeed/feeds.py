"""What these tests do to the feed, in one line each."""

from core import clock, ids
from core.actor import Actor
from dynamo.expressions import Update
from dynamo.schema import schema_named
from dynamo.table import Table, transact
from jobs.worker import run_due
from newsfeed import services as newsfeed
from newsfeed.items import DraftText, Sales, Unlock, Visibility, Written
from newsfeed.repository import MarkRepository, SalesRepository, keys
from newsfeed.repository.rows import begun

PUBLIC, FOLLOWERS = Visibility.PUBLIC, Visibility.FOLLOWERS
PAID, PRIVATE = Visibility.PAID, Visibility.PRIVATE
PRICE = 500
CANARY = "cormorant-7719"  # what has to be bought
BODY = f"Free words.\n\n<!-- more -->\n\nThe secret is {CANARY}."


def by(user):
    return Actor(user_sub=user.user_sub)


def publish(author, body="Hello", visibility=PUBLIC, price=0, warning="", media=(), **options):
    if visibility is PAID:
        price = price or PRICE
    return newsfeed.publish_post(
        author_sub=author.user_sub,
        written=Written(
            body=body, visibility=visibility, unlock_price=price, warning=warning, media_ids=media
        ),
        actor=by(author),
        **options,
    )


def publish_paid(author, body=BODY):
    return publish(author, body, PAID)


def follow(follower, author):
    newsfeed.follow(follower_sub=follower.user_sub, author_sub=author.user_sub, actor=by(follower))


def unfollow(follower, author):
    newsfeed.unfollow(
        follower_sub=follower.user_sub, author_sub=author.user_sub, actor=by(follower)
    )


def comment(author, post, text="Well said."):
    return newsfeed.add_comment(
        author_sub=author.user_sub, post_id=post.post_id, text=text, actor=by(author)
    )


def reply(author, comment, text="I agree."):
    return newsfeed.add_comment(
        author_sub=author.user_sub,
        post_id=comment.post_id,
        text=text,
        reply_to=comment.comment_id,
        actor=by(author),
    )


def edit_comment(author, comment, text):
    return newsfeed.edit_comment(
        user_sub=author.user_sub,
        post_id=comment.post_id,
        comment_id=comment.comment_id,
        text=text,
        actor=by(author),
    )


def delete_comment(user, comment):
    newsfeed.delete_comment(
        user_sub=user.user_sub,
        post_id=comment.post_id,
        comment_id=comment.comment_id,
        actor=by(user),
    )


def react(user, post, kind="like"):
    newsfeed.react(user_sub=user.user_sub, post_id=post.post_id, kind=kind, actor=by(user))


def unreact(user, post):
    newsfeed.unreact(user_sub=user.user_sub, post_id=post.post_id, actor=by(user))


def hide(user, post):
    newsfeed.hide_post(user_sub=user.user_sub, post_id=post.post_id, actor=by(user))


def unhide(user, post):
    newsfeed.unhide_post(user_sub=user.user_sub, post_id=post.post_id, actor=by(user))


def delete(author, post):
    newsfeed.delete_post(author_sub=author.user_sub, post_id=post.post_id, actor=by(author))


def unlock(buyer, post, price=PRICE, version=1):
    return newsfeed.unlock_post(
        buyer_sub=buyer.user_sub,
        post_id=post.post_id,
        price=price,
        version=version,
        actor=by(buyer),
    )


def sales(post):
    return SalesRepository().find_of([post.post_id]).get(post.post_id, Sales())


def restore(author, post):
    newsfeed.restore_post(author_sub=author.user_sub, post_id=post.post_id, actor=by(author))


def purge(author, post):
    newsfeed.purge_post(author_sub=author.user_sub, post_id=post.post_id, actor=by(author))


def deleted_ids(author):
    return [each.post_id for each in newsfeed.list_deleted(author_sub=author.user_sub).items]


def sell(post, buyer, count=1):
    """An unlock without a wallet, as buying leaves it."""
    unlock = Unlock(
        user_id=buyer.user_sub,
        post_id=post.post_id,
        author_id=post.card.user_id,
        price=PRICE,
        currency="USD",
    )
    transact([MarkRepository().unlocking(unlock, made=ids.new_id())])
    more = Update().add("n", count).add("sold", count)
    more = begun(more, user_id=post.card.user_id, made=clock.now())
    SalesRepository().table.update(keys.sold(post.post_id, 0), more)


def edit(author, post, body="Anew", visibility=None, price=0, version=None, **written):
    """As its author sees it now, but for what is named."""
    old = newsfeed.editable_post(author_sub=author.user_sub, post_id=post.post_id)
    visibility = visibility or old.card.visibility
    if visibility is PAID:
        price = price or old.card.unlock_price or PRICE
    return newsfeed.edit_post(
        author_sub=author.user_sub,
        post_id=post.post_id,
        version=old.card.version if version is None else version,
        written=Written(body=body, visibility=visibility, unlock_price=price, **written),
        actor=by(author),
    )


def history(viewer, post):
    """(text, visibility, price) of each former version, newest first."""
    viewer_sub = viewer.user_sub if viewer else None
    page = newsfeed.list_revisions(viewer_sub=viewer_sub, post_id=post.post_id)
    return [(each.text, each.visibility, each.unlock_price) for each in page.items]


def save_draft(author, draft_id=None, version=0, **typed):
    typed = {"body": "Later", "visibility": "public"} | typed
    return newsfeed.save_draft(
        author_sub=author.user_sub,
        draft_id=draft_id or ids.new_id(),
        version=version,
        text=DraftText(**typed),
        actor=by(author),
    )


def drafts(author):
    return newsfeed.list_drafts(author_sub=author.user_sub)


def schedule(author, draft, due):
    return newsfeed.schedule_draft(
        author_sub=author.user_sub, draft_id=draft.draft_id, due=due, actor=by(author)
    )


def scheduled(author):
    return newsfeed.list_scheduled(author_sub=author.user_sub)


def read(viewer, post):
    viewer_sub = viewer.user_sub if viewer else None
    return newsfeed.read_post(viewer_sub=viewer_sub, post_id=post.post_id)


def home(viewer, cursor=""):
    return newsfeed.home_feed(viewer_sub=viewer.user_sub, cursor=cursor)


def explored(viewer=None):
    page = newsfeed.explore(viewer_sub=viewer.user_sub if viewer else None)
    return [item.post_id for item in page.items]


def timeline(viewer, author):
    viewer_sub = viewer.user_sub if viewer else None
    page = newsfeed.list_posts_of(viewer_sub=viewer_sub, author_sub=author.user_sub)
    return [item.post_id for item in page.items]


def home_ids(viewer):
    return [item.post_id for item in home(viewer).items]


def hidden_ids(viewer):
    return [item.post_id for item in newsfeed.list_hidden(user_sub=viewer.user_sub).items]


def comments(viewer, post, cursor=""):
    return newsfeed.list_comments(viewer_sub=viewer.user_sub, post_id=post.post_id, cursor=cursor)


def thread(viewer, comment, cursor=""):
    return newsfeed.list_replies(
        viewer_sub=viewer.user_sub,
        post_id=comment.post_id,
        comment_id=comment.comment_id,
        cursor=cursor,
    )


def notifications(user):
    return newsfeed.list_notifications(user_sub=user.user_sub).items


def work():
    """Everything that is due now."""
    while run_due():
        pass


def rows():
    """Every row of the feed, without those of jobs."""
    stored = Table(schema_named("app")).scan()
    return [row for row in stored if not row["pk"].startswith(("OUTBOX#", "SCHEDULE#"))]


def keys_of(*prefixes):
    return sorted((row["pk"], row["sk"]) for row in rows() if row["pk"].startswith(prefixes))
