"""Uploads: one row each, a list of each person's, and how much of their room is taken."""

from collections.abc import Iterable

from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Condition, Update, attr
from dynamo.table import Item, Write
from newsfeed.items import Media, MediaKind, MediaState, Visibility
from newsfeed.repository import keys
from newsfeed.repository.rows import begun, stamped, table, walk

MEDIA_LABEL, ROOM_LABEL = "media", "room"
META, CARD = "attachments", "media"  # where rows of a post name what it holds


class MediaRepository:
    def __init__(self) -> None:
        self.table = table()

    def adding(self, media: Media, *, room: int) -> list[Write]:
        """Fails under ROOM_LABEL when the person would keep more than `room` bytes."""
        row = stamped(keys.media(media.media_id), user_id=media.user_id, made=media.media_id)
        row |= {
            "kind": str(media.kind),
            "state": str(media.state),
            "content_type": media.content_type,
            "name": media.name,
            "alt": media.alt,
            "size": media.size,
        }
        entry = stamped(
            keys.uploaded(media.user_id, media.media_id),
            user_id=media.user_id,
            made=media.media_id,
        )
        fits = attr("bytes").missing() | attr("bytes").le(room - media.size)
        return [
            self.table.putting_new(row, label=MEDIA_LABEL),
            self.table.putting_new(entry, label="uploaded"),
            self._taking(media.user_id, media.size, condition=fits),
        ]

    def find(self, media_id: str) -> Media | None:
        """Consistent."""
        item = self.table.get(keys.media(media_id), consistent=True)
        return _to_media(item) if item else None

    def find_many(self, media_ids: Iterable[str], *, consistent: bool = True) -> dict[str, Media]:
        items = self.table.batch_get(map(keys.media, media_ids), consistent=consistent)
        return {media.media_id: media for media in map(_to_media, items)}

    def finish(
        self, media_id: str, *, content_type: str = "", width: int = 0, height: int = 0
    ) -> bool:
        """The files are there; False when it is no longer pending."""
        update = Update().set("state", str(MediaState.READY))
        if content_type:
            update = update.set("content_type", content_type)
        if width:
            update = update.set("width", width).set("height", height)
        return self._settle(media_id, update)

    def refuse(self, media_id: str, reason: str) -> bool:
        update = Update().set("state", str(MediaState.REFUSED)).set("reason", reason)
        return self._settle(media_id, update)

    def attaching(self, holder: str, media_ids: Iterable[str], held_by: str) -> list[Write]:
        """Each fails under MEDIA_LABEL unless it is ready, and free or held by one of these."""
        free = attr("post_id").missing() | attr("post_id").is_in({holder, held_by or holder})
        ready = attr("state").eq(str(MediaState.READY)) & free
        update = Update().set("post_id", holder).set("updated_at", clock.text(clock.now()))
        return [self._changing(each, update, ready) for each in media_ids]

    def checking_no_post(self, holder: str) -> Write:
        """Fails under MEDIA_LABEL when a post has the id of this draft: what is held under it is
        then the post's, and nobody's to take."""
        return self.table.checking(keys.card(holder), self.table.missing(), label=MEDIA_LABEL)

    def releasing(self, holder: str, media_ids: Iterable[str]) -> list[Write]:
        """Each fails under MEDIA_LABEL unless this one holds it."""
        update = Update().remove("post_id").set("updated_at", clock.text(clock.now()))
        held = attr("post_id").eq(holder)
        return [self._changing(each, update, held) for each in media_ids]

    def describing(self, media: Media, alt: str) -> Write:
        """Fails when it is gone, or another post's by now."""
        update = Update().set("alt", alt).set("updated_at", clock.text(clock.now()))
        return self._changing(media.media_id, update, _held_as(media))

    def redescribing(self, media: Media, alt: str) -> list[Write]:
        """The same in the post that holds it; on its card only where nothing is locked. Fails
        when the post is edited right now."""
        writes = []
        for key, name in ((keys.meta(media.post_id), META), (keys.card(media.post_id), CARD)):
            row = self.table.get(key, consistent=True) or {}
            if name == CARD and row.get("visibility") == Visibility.PAID:
                continue
            for at, each in enumerate(row.get(name, [])):
                if each["media_id"] == media.media_id and each["alt"] != alt:
                    update = Update().set((name, at, "alt"), alt)
                    writes.append(self.table.updating(key, update, condition=_is_unedited(row)))
        return writes

    def removing(self, media: Media) -> list[Write]:
        """Fails under MEDIA_LABEL when it is gone, or held by another than it was read with."""
        return [
            self.table.deleting(
                keys.media(media.media_id),
                condition=self.table.exists() & _held_as(media),
                label=MEDIA_LABEL,
            ),
            self.table.deleting(keys.uploaded(media.user_id, media.media_id), label="uploaded"),
            self._taking(media.user_id, -media.size),
        ]

    def ids_of(self, user_id: str) -> list[str]:
        """All uploads of a person, oldest first."""
        rows = walk(self.table, keys.author(user_id), keys.MEDIA)
        return [keys.id_at(row["sk"]) for row in rows]

    def items_of(self, user_id: str) -> list[Item]:
        return self.table.batch_get(map(keys.media, self.ids_of(user_id)), consistent=True)

    def remove_row(self, user_id: str, media_id: str) -> None:
        """Whatever holds it. Repeating it does no harm."""
        gone = [keys.media(media_id), keys.uploaded(user_id, media_id)]
        self.table.batch_write(deletes=gone)

    def remove_room(self, user_id: str) -> None:
        self.table.delete(keys.room(user_id))

    def _taking(self, user_id: str, size: int, *, condition: Condition | None = None) -> Write:
        update = begun(Update().increment("bytes", size), user_id=user_id, made=clock.now())
        return self.table.updating(
            keys.room(user_id), update, condition=condition, label=ROOM_LABEL
        )

    def _changing(self, media_id: str, update: Update, condition: Condition) -> Write:
        return self.table.updating(
            keys.media(media_id),
            update,
            condition=self.table.exists() & condition,
            label=MEDIA_LABEL,
        )

    def _settle(self, media_id: str, update: Update) -> bool:
        update = update.set("updated_at", clock.text(clock.now()))
        pending = self.table.exists() & attr("state").eq(str(MediaState.PENDING))
        try:
            self.table.update(keys.media(media_id), update, condition=pending)
        except ConditionFailed:
            return False
        return True


def _is_unedited(row: Item) -> Condition:
    version = attr("version")
    return version.eq(row["version"]) if "version" in row else version.missing()


def _held_as(media: Media) -> Condition:
    return attr("post_id").eq(media.post_id) if media.post_id else attr("post_id").missing()


def _to_media(item: Item) -> Media:
    return Media(
        media_id=item["pk"].removeprefix(keys.MEDIA),
        user_id=item["user_id"],
        kind=MediaKind(item["kind"]),
        state=MediaState(item["state"]),
        content_type=item["content_type"],
        name=item["name"],
        alt=item["alt"],
        size=item["size"],
        width=item.get("width", 0),
        height=item.get("height", 0),
        post_id=item.get("post_id", ""),
        reason=item.get("reason", ""),
        updated_at=clock.parse(item["updated_at"]),
    )
