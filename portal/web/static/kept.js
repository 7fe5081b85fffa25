// A time that is kept for a family: for longer while its page is used, free for others when the page is left, taken
// again when it comes back. Without this file it is kept for ten minutes.
"use strict";

for (const kept of document.querySelectorAll("[data-kept]")) {
  const EVERY = 4 * 60 * 1000;
  let used = true;
  let sent = false;

  const body = (more) => new URLSearchParams({
    csrf_token: kept.dataset.csrf,
    slot: kept.dataset.kept,
    mark: kept.dataset.mark,
    moving: kept.dataset.moving || "",
    ...more,
  });
  async function keep(more) {
    const said = await ask(kept.dataset.keepUrl, body(more));
    if (!said || sent) return;
    if (said.next) location.replace(said.next);
    kept.dataset.mark = said.mark || "";
    if (said.until) kept.querySelector("bdi").textContent = said.until;
    for (const part of kept.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "kept") !== !!said.until;
  }

  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, () => { used = true; }, { passive: true });
  }
  setInterval(() => {
    if (!used || document.hidden) return;
    used = false;
    keep();
  }, EVERY);

  // A button is an answer, and no leaving; one that was pressed twice is stopped by now.
  document.addEventListener("submit", (event) => { sent = sent || !event.defaultPrevented; });
  // Looking at another program or locking the telephone leaves nothing: the page is only hidden then.
  addEventListener("pagehide", () => {
    if (!sent && kept.dataset.mark) navigator.sendBeacon(kept.dataset.leftUrl, body());
  });
  addEventListener("pageshow", (event) => {
    sent = false;
    const [opened] = performance.getEntriesByType("navigation");
    if (event.persisted || !kept.dataset.mark || opened?.type !== "navigate") keep({ again: "1" });
  });
}
