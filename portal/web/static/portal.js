// Everything works without this file; with it a few things are quieter.
"use strict";

// The error summary is read first; its lines lead into their fields.
const problems = document.getElementById("problems");
if (problems) {
  problems.focus();
  problems.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      field.scrollIntoView({ block: "center" });
      field.focus();
    }
  });
}

// The device knows its time zone; a choice made by hand is never changed.
for (const select of document.querySelectorAll("select[data-guess-time-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Some browsers still use a zone's old name.
  const known = [...select.options].find((option) => option.value === zone || option.dataset.also === zone);
  if (!select.value && zone && known) select.value = known.value;
}

// A second press within two seconds is the same press.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const now = Date.now();
  if (now - Number(form.dataset.sent || 0) < 2000) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = String(now);
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// A time that is kept for a family stays kept while the page is used.
for (const kept of document.querySelectorAll("[data-renew-url]")) {
  let used = true;
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, () => { used = true; }, { passive: true });
  }
  setInterval(async () => {
    if (!used || document.hidden) return;
    used = false;
    const body = new URLSearchParams({ csrf_token: kept.dataset.csrf });
    const answer = await fetch(kept.dataset.renewUrl, { method: "POST", body }).catch(() => null);
    const said = answer && answer.ok ? await answer.json().catch(() => null) : null;
    const place = kept.querySelector("[data-renew-until]");
    if (said && said.until && place) place.textContent = said.until;
  }, 4 * 60 * 1000);
}
