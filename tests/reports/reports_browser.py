"""A headless Chromium, driven through its DevTools protocol over a pipe, with the standard library alone."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
PIPES = 'exec "$@" 3<&"$READ" 4>&"$WRITE"'  # the browser reads commands from descriptor 3 and answers on 4
COMPLAINTS = (
    "Runtime.exceptionThrown",
    "Runtime.consoleAPICalled",
    "Log.entryAdded",
    "Page.javascriptDialogOpening",
)


def find():
    """The path of a browser, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page of one browser; a context manager."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="browser-")
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={self.folder}"]  # fmt: skip
        theirs, commands = os.pipe()
        answers, ours = os.pipe()
        self.process = subprocess.Popen(
            ["bash", "-c", PIPES, "browser", program, *flags, "about:blank"],
            env=os.environ | {"READ": str(theirs), "WRITE": str(ours)},
            pass_fds=(theirs, ours),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(ours)
        self.commands, self.answers = os.fdopen(commands, "wb"), os.fdopen(answers, "rb")
        self.buffer, self.events, self.number, self.session = b"", [], 0, {}
        pages = [one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page"]
        attached = self.call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)
        self.session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.commands.close()
        self.answers.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, **params):
        """Send one command and give its result; what the page reports meanwhile goes to ``events``."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params} | self.session
        self.commands.write(json.dumps(message).encode() + b"\0")
        self.commands.flush()
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, path, width, scheme="light", height=900):
        """Open a file in a window of this width, in a light or dark colour scheme; forgets what was reported before."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url="about:blank")
        self.run("0")
        self.events.clear()
        self.call("Page.navigate", url=Path(path).resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events) or self.run(
            "document.readyState !== 'complete' || location.protocol !== 'file:'"
        ):
            self.events.append(self._next())

    def run(self, script):
        """The value of a JavaScript expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"])
        return found["result"].get("value")

    def key(self, name, code):
        """Press and release a key."""
        text = {"text": "\r"} if name == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, **text)

    def complaints(self):
        """Errors and warnings that page and browser reported since it was opened, breaches of its policy included."""
        self.run("0")  # whatever was reported before has come by now
        return [event for event in self.events if event.get("method") in COMPLAINTS]

    def screenshot(self, path):
        """The whole page as PNG."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _next(self):
        """The next message; each ends in a zero byte."""
        while b"\0" not in self.buffer:
            data = os.read(self.answers.fileno(), 1 << 20)
            if not data:
                raise RuntimeError("the browser closed the connection")
            self.buffer += data
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)
