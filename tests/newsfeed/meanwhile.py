"""Another change in the middle of one."""


def between(monkeypatch, owner, name, act):
    """Before somebody's change calls this for the first time, `act()` happens."""
    real, left = getattr(owner, name), [act]

    def after_the_other(*given, **named):
        if left:
            left.pop()()
        return real(*given, **named)

    monkeypatch.setattr(owner, name, after_the_other)
