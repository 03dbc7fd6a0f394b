"use strict";

// Runs after textual.js, which opens the terminal in window.onload: by then the font must be there,
// since the terminal measures it once, and the address of the websocket must be known.

const LOST = "The connection is gone: `looptui serve` has ended, or the way to it is interrupted.";
const FONTS = ["14px 'Roboto Mono'", "bold 14px 'Roboto Mono'", "italic 14px 'Roboto Mono'"];
const ASIDE = {
  title: (words) => (document.title = words),
  ground: (colour) => (document.body.style.background = colour),
  call,
};

let missed = false;

const openTerminal = window.onload;
window.onload = async (event) => {
  const socket = new URL("ws", window.location.href);
  socket.protocol = "ws:";
  document.querySelector("#terminal").dataset.sessionWebsocketUrl = socket.href;
  document.querySelector("#end button").onclick = () => window.location.reload();
  await Promise.allSettled(FONTS.map((font) => document.fonts.load(font)));
  openTerminal(event);
};

window.WebSocket = class extends WebSocket {
  constructor(url) {
    super(url);
    this.addEventListener("message", (message) => {
      if (typeof message.data === "string") {
        const [kind, words] = JSON.parse(message.data);
        if (Object.hasOwn(ASIDE, kind)) ASIDE[kind](String(words));
      } else if (!document.body.classList.contains("-first-byte")) {
        focusTerminal();
      }
    });
    this.addEventListener("close", (closed) => {
      document.querySelector("#why").textContent = closed.reason || LOST;
      document.querySelector("#end button").focus();
    });
  }

  // The terminal goes on sending keys when nobody is there any more.
  send(data) {
    if (this.readyState === WebSocket.OPEN) super.send(data);
  }
};

function focusTerminal() {
  document.querySelector(".xterm-helper-textarea").focus();
}

// A person who looks elsewhere is called by the browser, if they allow it. They are asked when they
// come back from the first call that they missed; browsers let a page ask after a key or a click.
function call(words) {
  if (!("Notification" in window)) return;
  if (Notification.permission === "granted") {
    const shown = new Notification("looptui", { body: words, tag: "looptui" });
    shown.onclick = () => window.focus();
  }
  missed = Notification.permission === "default";
}

function askOnce() {
  if (!missed) return;
  missed = false;
  Notification.requestPermission();
}
document.addEventListener("keydown", askOnce, true);
document.addEventListener("mousedown", askOnce, true);
