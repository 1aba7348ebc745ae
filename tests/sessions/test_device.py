import pytest

from sessions.device import device_label

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML) "
TABLET = "Mozilla/5.0 (iPad; CPU OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML) "
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        (MAC + "Version/17.5 Safari/605.1.15", "Safari on macOS"),
        (PHONE + "Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (TABLET + "CriOS/126.0 Mobile/15E148 Safari/604.1", "Chrome on iPad"),
        (ANDROID + "Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (LINUX + "Chrome/126.0.0.0 Safari/537.36", "Chrome on Linux"),
        (WINDOWS + "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on Windows"),
        ("curl/8.1", "curl"),
        ("", "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
        ("x" * 100_000, "Unknown device"),
    ],
)
def test_a_browser_has_a_readable_name(user_agent, label):
    assert device_label(user_agent) == label
