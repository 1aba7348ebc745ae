"""Uploads in one line each, and files of every kind."""

import io
import zipfile

from newsfeed.services import media
from tests.accounts.pictures import picture
from tests.newsfeed.feeds import by, work

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TEXT = b"Notes on terns, 2026.\n"


def archive(first="notes.txt", content=b"terns"):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as packed:
        packed.writestr(first, content)
    return output.getvalue()


def epub():
    return archive("mimetype", b"application/epub+zip")


def upload(author, data=None, name="tern.png", alt=""):
    """As it is just after uploading: a picture is pending."""
    data = picture() if data is None else data
    return media.upload(
        author_sub=author.user_sub, file=io.BytesIO(data), name=name, alt=alt, actor=by(author)
    )


def uploaded(author, data=None, name="tern.png", alt=""):
    """As it is once the job has run."""
    found = upload(author, data, name, alt)
    work()
    return own(author, found)


def own(author, found):
    return media.find_own(user_sub=author.user_sub, media_id=found.media_id)


def describe(author, found, alt):
    return media.describe(
        user_sub=author.user_sub, media_id=found.media_id, alt=alt, actor=by(author)
    )


def delete(author, found):
    media.delete(user_sub=author.user_sub, media_id=found.media_id, actor=by(author))


def files(folder, found=None):
    """What is stored, of one upload or of all."""
    pattern = f"{found.media_id}/*" if found else "*/*"
    return sorted(file.name for file in folder.glob(pattern))
