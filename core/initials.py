"""The letters and the colour that stand for a person without a picture."""

HUES = 4


def of(name: str) -> str:
    """At most two capital letters: of the first and the last word."""
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def hue(name: str) -> int:
    """1 to 4, the same for the same name in every process."""
    return sum(name.encode()) % HUES + 1
