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

// A page of the intake saves itself, field by field. The server says what it shows next and holds every word: nothing
// is kept in the browser.
for (const form of document.querySelectorAll("form[data-by-the-way]")) {
  const PAUSE = 1500;
  const AGAIN = 10000;
  const status = form.querySelector(".saving");
  let due = 0;
  let asking = null;
  let over = false;

  const say = (what) => {
    status.textContent = status.dataset[what] || "";
    status.dataset.state = what;
  };
  const later = (wait) => {
    clearTimeout(due);
    if (!over) due = setTimeout(save, wait);
  };

  function place(question) {
    const list = form.querySelector(`[data-questions="${question.tier}"]`);
    const made = document.createElement("template");
    made.innerHTML = question.html;
    return [list, made.content.firstElementChild];
  }

  function show(news) {
    form.elements.version.value = news.version;
    form.elements.shown.value = news.shown.join(" ");
    for (const block of form.querySelectorAll(".asked")) {
      if (!news.shown.includes(block.dataset.code)) block.remove();
    }
    for (const question of news.questions) {
      const [list, block] = place(question);
      const next = news.shown
        .slice(news.shown.indexOf(question.code) + 1)
        .map((code) => list.querySelector(`:scope > [data-code="${code}"]`))
        .find(Boolean);
      list.insertBefore(block, next || null);
    }
    for (const block of form.querySelectorAll(".asked")) {
      const note = block.querySelector("[data-note]");
      const wrong = Object.entries(news.problems).find(([id]) => id === block.dataset.code || id.startsWith(`${block.dataset.code}-`));
      note.textContent = (wrong && wrong[1]) || news.notes[block.dataset.code] || "";
      note.hidden = !note.textContent;
    }
    const more = form.querySelector("details.disclosure");
    more.hidden = !more.querySelector(".asked");
    for (const urgent of document.querySelectorAll("[data-urgent]")) urgent.hidden = !news.urgent;
  }

  function save() {
    clearTimeout(due);
    if (over || asking) return asking;
    say("saving");
    const sent = new URLSearchParams(new FormData(form));
    asking = fetch(form.dataset.byTheWay, { method: "POST", body: sent, redirect: "error", keepalive: true })
      .then(async (answer) => {
        if (answer.status === 409) {
          over = true;
          say("conflict");
        } else if (answer.ok) {
          show(await answer.json());
          say("saved");
        } else {
          throw new Error(String(answer.status));
        }
      })
      .catch(() => {
        say("failed");
        later(AGAIN);
      })
      .finally(() => { asking = null; });
    return asking;
  }

  // Only what the family did itself: a time zone that was guessed is saved with the page.
  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(0));
  addEventListener("pagehide", () => { if (due && !over) save(); });
  // A press on a button waits for what is under way: the page must not disagree with itself.
  form.addEventListener("submit", (event) => {
    clearTimeout(due);
    over = true;
    if (!asking) return;
    event.preventDefault();
    const pressed = event.submitter;
    asking.then(() => { delete form.dataset.sent; form.requestSubmit(pressed); });
  });
  addEventListener("pageshow", () => { over = false; });
}

// Before a page closes for safety, it asks; one press keeps it open.
for (const stay of document.querySelectorAll("[data-open-until]")) {
  const WARN = 5 * 60 * 1000;
  let until = Date.parse(stay.dataset.openUntil);
  setInterval(() => {
    const left = until - Date.now();
    if (left < WARN && left > 0 && stay.hidden) stay.hidden = false;
  }, 15000);
  stay.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target));
    const answer = await fetch(event.target.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    const said = answer && answer.ok ? await answer.json().catch(() => null) : null;
    if (!said) return;
    until = Date.parse(said.until);
    stay.hidden = true;
    document.getElementById("main").focus();
  });
}
