"""What a User-Agent header says about a browser, as people call it."""

import re

# In this order: most browsers also claim to be those further down.
BROWSERS = {
    "Edge": r"Edg[A-Za-z]*/(\d+)",
    "Opera": r"OPR/(\d+)",
    "Samsung Internet": r"SamsungBrowser/(\d+)",
    "Firefox": r"(?:Firefox|FxiOS)/(\d+)",
    "Chrome": r"(?:Headless)?(?:Chrome|Chromium|CriOS)/(\d+)",
    "Safari": r"Version/(\d+)[.\d]* (?:Mobile/\w+ )?Safari/",
    "curl": r"^curl/(\d+)",
}
SYSTEMS = {
    "Windows": r"Windows",
    "Android": r"Android",
    "iPhone": r"iPhone",
    "iPad": r"iPad",
    "macOS": r"Mac OS X|Macintosh",
    "ChromeOS": r"CrOS",
    "Linux": r"Linux|X11",
}


def device(agent: str) -> str:
    """Return browser and system, such as `Firefox 140 on Linux`; empty if neither is known.

    It is what the browser says of itself, which nobody has checked.
    """
    found = ((name, re.search(pattern, agent)) for name, pattern in BROWSERS.items())
    browser = next((f"{name} {match[1]}" for name, match in found if match), "")
    system = next((name for name, pattern in SYSTEMS.items() if re.search(pattern, agent)), "")
    return " on ".join(part for part in (browser, system) if part)
