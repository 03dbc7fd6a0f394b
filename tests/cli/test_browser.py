"""The screen in a real browser, and a decision made there."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.browser import CHROMIUM, Tab, chromium
from tests.cli.serving import Serving, serving
from tests.cli.shell import Shell

KEEPS_COPIES = """
window.copied = '';
{
  const write = navigator.clipboard.writeText.bind(navigator.clipboard);
  navigator.clipboard.writeText = async (text) => {
    await write(text);
    window.copied = text;
  };
}
"""
NOTIFICATION = """
window.asked = 0;
window.shown = '';
window.Notification = class {
  static permission = 'default';
  static requestPermission() {
    window.asked += 1;
  }
  constructor(title, options) {
    window.shown = options.body;
  }
};
"""
LEFT = "document.querySelector('#why').textContent"
TABS = "looptui  1 Fleet"
SETTINGS = "Settings"


@pytest.mark.timeout(300)
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
async def test_a_change_is_approved_in_a_browser(shell: Shell, tmp_path: Path) -> None:
    assert shell.run(shell.loop()).code == 4
    tree = shell.need()["tree"]
    with serving(shell) as server:
        async with chromium(tmp_path / "profile") as browser:
            tab = await browser.open(server.address)
            await tab.size(1200, 800)
            await tab.sees("looptui", "press ! to decide")
            await tab.holds("document.title == 'looptui - 1 for you'")
            await _everything_is_ours(tab, server)
            await _the_mouse_and_the_size(tab)
            await _calling(tab)
            await tab.press("!")
            await tab.sees("return a + b", tree[:9])
            await _a_paste_decides_nothing(tab)
            await _copying(tab)
            await tab.decide("A", lambda: "Approve this change" in tab.written)
            assert tree in tab.written
            assert shell.commits() == 1
            await tab.decide("y", lambda: shell.commits() == 2)
            await tab.holds("document.title == 'looptui'")
            await _the_same_screen_after_a_reload(tab, server)
            await tab.decide("q", lambda: not server.screens)
            await tab.holds(f"{LEFT} == 'You have left the screen.'")
        assert server.end(signal.SIGINT).code == 130
    assert shell.git("rev-parse", "main^{tree}") == tree
    assert "Approved-by: " in shell.git("log", "-1", "--format=%B")
    assert shell("audit", "verify").code == 0


async def _everything_is_ours(tab: Tab, server: Serving) -> None:
    """Nothing is asked of another machine, nothing is refused, and it is to be seen."""
    assert await tab.run("document.fonts.check(\"14px 'Roboto Mono'\")") is True
    place = server.address.removeprefix("http")
    assert all(request.startswith((f"http{place}", f"ws{place}")) for request in tab.requests)
    assert set(tab.statuses.values()) == {200}
    assert tab.troubles == []
    assert len(await tab.picture()) > 10_000


async def _the_mouse_and_the_size(tab: Tab) -> None:
    tab.forget()
    await tab.size(1000, 700)
    await tab.sees(TABS, SETTINGS)
    bar = tab.written[tab.written.rindex(TABS) :]
    box = "document.querySelector('.xterm-screen').getBoundingClientRect()"
    left, top = await tab.run(f"[{box}.left, {box}.top]")
    cell = 8.4
    await tab.click(left + (bar.index(SETTINGS) + 1) * cell, top + 5)
    await tab.sees("What it means")
    await tab.press("1")


async def _a_paste_decides_nothing(tab: Tab) -> None:
    await tab.paste("A\ny\n")
    tab.forget()
    await tab.press("?")
    await tab.sees("Decide")
    assert "Approve this change" not in tab.written
    tab.forget()
    await tab.press("Escape")
    await tab.sees("return a + b")


async def _calling(tab: Tab) -> None:
    """A person who missed a call is asked once, with their next key, whether they want messages."""
    await tab.run(NOTIFICATION)
    await tab.run("call('fix-tests: approval')")
    assert await tab.run("window.asked") == 0
    await tab.press("1")
    await tab.press("1")
    await tab.holds("window.asked == 1")
    await tab.run("Notification.permission = 'granted'; call('fix-tests: approval')")
    assert await tab.run("window.shown") == "fix-tests: approval"


async def _copying(tab: Tab) -> None:
    """The browser lets our page write to the clipboard without asking anybody."""
    await tab.ask("Emulation.setFocusEmulationEnabled", enabled=True)
    await tab.run(KEEPS_COPIES)
    tab.forget()
    await tab.press("y")
    await tab.sees("copied")
    await tab.holds("window.copied.includes('return a')")


async def _the_same_screen_after_a_reload(tab: Tab, server: Serving) -> None:
    screens = server.screens
    tab.forget()
    await tab.ask("Page.reload")
    await tab.sees("landed")
    assert server.screens == screens
