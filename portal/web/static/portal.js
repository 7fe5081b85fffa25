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

// The device knows its time zone, perhaps by another name; where it says none that is a place (such as UTC), a country
// that has just one does. A choice made by hand is never changed.
for (const select of document.querySelectorAll("select[data-guess-time-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const country = select.form.elements.country;
  const guess = () => {
    if (select.value) return;
    const options = [...select.options].filter((option) => option.value);
    const within = options.filter((option) => country?.value && option.text.startsWith(`${country.selectedOptions[0].text} – `));
    const known = options.find((option) => option.value === zone || (option.dataset.also || "").split(" ").includes(zone));
    select.value = (known || (within.length === 1 && within[0]) || select.options[0]).value;
  };
  guess();
  if (country) country.addEventListener("change", guess);
}

// A second press within two seconds is the same press.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const now = Date.now();
  if (now - Number(form.dataset.sent || 0) < 2000) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = now;
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// What the server says to a small question; nothing where it cannot be reached.
async function ask(url, body) {
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

// A page of the intake saves itself, field by field. The server says what it shows next and holds every word: nothing
// is kept in the browser.
for (const form of document.querySelectorAll("form[data-by-the-way]")) {
  const PAUSE = 1500;
  const AGAIN = 10000;
  const saving = form.querySelector(".saving");
  const status = saving.querySelector("[role=status]");
  const wayBack = form.querySelector("[data-way-back]");
  let due = 0;
  let asking;
  let giveUp;
  let pressed;
  let dirty = false;
  let over = false;

  // Read aloud is what matters, once: that something did not work, or does again; that there is more to answer.
  const say = (what) => {
    const warm = "warm" in saving.dataset;
    const calm = ["saving", "saved", "more"].includes(what);
    if (what === saving.dataset.state || (warm && what === "saving")) return;
    status.setAttribute("aria-live", calm && !warm && what !== "more" ? "off" : "polite");
    status.textContent = saving.dataset[what];
    saving.dataset.state = what;
    saving.toggleAttribute("data-warm", !calm);
    // It stands at the window's edge then, but not over the reader's field.
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    if (!calm && top < innerHeight && bottom > 0) document.activeElement.scrollIntoView({ block: "nearest" });
  };
  const later = (wait) => {
    clearTimeout(due);
    if (!over) due = setTimeout(save, wait);
  };

  function note(block, text) {
    const line = block.querySelector("[data-note]");
    const control = block.querySelector("input, select, textarea");
    line.id = line.id || `note-${block.dataset.code}`;
    line.textContent = text;
    line.hidden = !text;
    if (!control) return;
    const tied = new Set((control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
    tied[text ? "add" : "delete"](line.id);
    if (tied.size) control.setAttribute("aria-describedby", [...tied].join(" "));
    else control.removeAttribute("aria-describedby");
  }

  function show(news) {
    form.elements.version.value = news.version;
    form.elements.shown.value = news.shown.join(" ");
    const was = new Map(form.elements.was.value.split(" ").filter(Boolean).map((pair) => pair.split(":")));
    for (const [code, mark] of Object.entries(news.was)) was.set(code, mark);
    form.elements.was.value = [...was].map((pair) => pair.join(":")).join(" ");
    for (const block of form.querySelectorAll(".asked")) {
      if (news.shown.includes(block.dataset.code) || block.contains(document.activeElement)) continue;
      block.remove();
    }
    for (const question of news.questions) {
      if (form.querySelector(`.asked[data-code="${question.code}"]`)) continue;
      const list = form.querySelector(`[data-questions="${question.tier}"]`);
      const made = document.createElement("template");
      made.innerHTML = question.html;
      const next = news.shown
        .slice(news.shown.indexOf(question.code) + 1)
        .map((code) => list.querySelector(`:scope > [data-code="${code}"]`))
        .find(Boolean);
      list.insertBefore(made.content, next || null);
    }
    for (const block of form.querySelectorAll(".asked")) {
      const code = block.dataset.code;
      note(block, news.problems[code] || news.notes[code] || "");
      const writing = dirty && block.contains(document.activeElement);
      if (news.counts[code] && !writing) unsay(block, news.counts[code] === "state" ? "value" : "state");
    }
    const more = form.querySelector("details.disclosure");
    more.hidden = !more.querySelector(".asked");
    stand(news);
  }

  // What is heard whether or not somebody disagrees.
  function stand(news) {
    warn(news.urgent);
    for (const stay of document.querySelectorAll("[data-open-until]")) {
      stay.dataset.openUntil = news.until;
      stay.toggleAttribute("data-last", news.last);
    }
  }

  // A state is said instead of an answer, and an answer instead of a state. Those in the rows of a list are part of it.
  function unsay(block, what) {
    for (const field of block.querySelectorAll("input, select, textarea")) {
      if ((field.name === `${block.dataset.code}.state`) !== (what === "state")) continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked = false;
      else if (!field.matches("select") || field.querySelector('option[value=""]')) field.value = "";
    }
  }

  function choose(field) {
    const block = field.closest(".asked");
    if (!block || !field.checked) return;
    const states = `${block.dataset.code}.state`;
    const radios = `input[type=radio][name="${block.dataset.code}"]`;
    const others = field.name === states ? `${radios}, [name="${states}"]` : field.matches(radios) ? `[name="${states}"]` : "";
    for (const other of others ? block.querySelectorAll(others) : []) if (other !== field) other.checked = false;
    const left = field.type === "radio" && field.closest("fieldset").querySelector("[data-left]");
    if (left) left.hidden = false;
  }

  function warn(now) {
    const urgent = document.querySelector("[data-urgent]");
    const first = urgent.hidden && now;
    urgent.hidden = !now;
    if (!first) return;
    urgent.scrollIntoView({ block: "center" });
    urgent.focus();
  }

  // Of two that arrive in another order than they left, the later one counts.
  const count = () => { form.elements.sending.value++; };

  // One that hangs is given up. A browser lets no more than 64 kB outlive their page.
  function send() {
    count();
    const body = new URLSearchParams(new FormData(form));
    const ending = new AbortController();
    giveUp = () => ending.abort();
    setTimeout(giveUp, 15000);
    const keepalive = `${body}`.length < 60000;
    return fetch(form.dataset.byTheWay, { method: "POST", body, redirect: "manual", keepalive, signal: ending.signal });
  }

  function save() {
    clearTimeout(due);
    if (over || asking) return;
    say("saving");
    dirty = false;
    asking = send()
      .then(async (answer) => {
        if (answer.status === 409) {
          const news = await answer.json();
          over = news.closed;
          if (news.conflict) stand(news);
          if (news.late) {
            wayBack.firstChild.href = news.way_back;
            wayBack.hidden = false;
          }
          // After the access has ended what is typed is kept all the same, until the code.
          say(news.late ? (news.kept ? "late" : "lost") : over ? "closed" : "conflict");
        } else if (answer.ok) {
          const news = await answer.json();
          show(news);
          if (!dirty) say(news.questions.length ? "more" : "saved");
        } else if (answer.type === "opaqueredirect" || [400, 401, 403].includes(answer.status)) {
          over = true;
          wayBack.hidden = false;
          say("lost");
        } else {
          throw answer.status;
        }
      })
      .catch(() => {
        dirty = true;
        say(pressed ? "saving" : "failed");
        return AGAIN;
      })
      .then((wait) => {
        asking = null;
        if (dirty) later(wait);
      });
  }

  // A note that stands here from the start belongs to its field too.
  for (const block of form.querySelectorAll(".asked")) note(block, block.querySelector("[data-note]").textContent);

  form.addEventListener("input", () => { dirty = true; later(PAUSE); });
  form.addEventListener("change", (event) => { choose(event.target); dirty = true; later(0); });
  // What is typed while a save is under way is sent with the next one; when the page goes away, at once.
  addEventListener("pagehide", () => { if (dirty && !over) send().catch(() => null); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && dirty) save(); });
  // A press on a button waits a little for what is under way, lest the page disagree with itself.
  form.addEventListener("submit", (event) => {
    clearTimeout(due);
    dirty = false;
    count();
    if (!asking) return;
    event.preventDefault();
    if (pressed) return;
    pressed = event.submitter;
    setTimeout(giveUp, 2000);
    asking.then(() => {
      clearTimeout(due);
      delete form.dataset.sent;
      form.requestSubmit(pressed);
      pressed = null;
    });
  });
}

// Before a page closes for safety, it asks; one press keeps it open, until that is possible no more: then it says so.
for (const stay of document.querySelectorAll("[data-open-until]")) {
  const WARN = 5 * 60 * 1000;
  const box = stay.querySelector(".staying");
  let told = "";
  const due = () => {
    const left = Date.parse(stay.dataset.openUntil) - Date.now();
    if (left > WARN || left < 0) return "";
    return "last" in stay.dataset ? "last" : "can";
  };
  const tell = (what) => {
    if (what === told) return;
    told = what;
    for (const part of box.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== what;
    box.hidden = !what;
    // A live region that was there before is filled: so it is read aloud.
    stay.querySelector("[data-live]").textContent = what ? box.querySelector(`p[data-when="${what}"]`).textContent : "";
  };
  setInterval(() => tell(due()), 15000);
  stay.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target));
    const said = await ask(event.target.action, body);
    if (!said) return;
    stay.dataset.openUntil = said.until;
    stay.toggleAttribute("data-last", said.last);
    tell(said.last ? due() : "");
    (box.hidden ? document.getElementById("main") : box).focus();
  });
}

// Switching sends the form used last.
addEventListener("input", ({ target: { form } }) => {
  if (form?.id) for (const one of document.querySelectorAll("[form]")) one.setAttribute("form", form.id);
});

// A time that is kept for a family: for longer while its page is used, free for others when the page is left, taken
// again when it comes back. Without this it is kept for ten minutes.
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
