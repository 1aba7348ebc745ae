// Keeps what is typed as a draft on the server; the buttons of the form do all of it without this.
const form = document.querySelector("form[data-draft]");
const line = form.querySelector("[data-saved]");
const words = form.querySelector("template[data-words]").content;
const version = form.elements.draft_version;
const FIELDS = ["body", "warning", "visibility", "unlock_price", "media_ids"];
const PAUSE = 2000;
let timer = 0, sent = typed(), saving = null, stopped = false;

function typed() {
  const data = new FormData(form);
  return JSON.stringify(FIELDS.map((name) => data.getAll(name)));
}

function tell(text, bad) {
  line.textContent = text;
  line.toggleAttribute("data-bad", bad);
}

function word(name) {
  return words.querySelector(`[data-word="${name}"]`).textContent;
}

function later(pause = PAUSE) {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, pause);
}

async function save() {
  if (saving) return later();
  const now = typed();
  if (now === sent || !form.elements.body.value.trim()) return;
  saving = new AbortController();
  try {
    const body = new FormData(form);
    body.delete("files");
    const answer = await fetch(form.dataset.draft, { method: "POST", body, redirect: "manual", signal: saving.signal });
    await settle(answer, now);
  } catch {
    if (!stopped) {
      tell(word("offline"), true);
      later(15000);
    }
  }
  saving = null;
}

async function settle(answer, now) {
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
    return tell(word("signed-out"), true);
  }
  const said = await answer.json();
  if (!answer.ok) {
    if (answer.status === 429) later(60000);
    return tell(said.problem, true);
  }
  sent = now;
  version.value = said.version;
  const time = new Date(said.saved_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  tell(`${word("saved")} ${time}`, false);
}

form.addEventListener("input", () => later());
form.addEventListener("submit", () => { // the button that was pressed says what becomes of it
  stopped = true;
  clearTimeout(timer);
  saving?.abort();
});
addEventListener("pageshow", () => { stopped = false; });
