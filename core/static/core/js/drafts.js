// Keeps what is typed as a draft on the server; the buttons of the form do all of it without this.
const form = document.querySelector("form[data-draft]");
const line = form.querySelector("[data-saved]");
const words = form.querySelector("template[data-words]").content;
const version = form.elements.draft_version;
const FIELDS = ["body", "warning", "visibility", "unlock_price", "media_ids"];
const PAUSE = 2000;
let timer = 0, sent = typed(), saving = null, leaving = false;

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
  if (!leaving) timer = setTimeout(save, pause);
}

function save() {
  saving = (saving ?? Promise.resolve(true)).then(send);
  return saving;
}

// Whether the server can be reached and knows who is typing, whatever it makes of the text.
async function send() {
  const now = typed();
  if (now === sent || !form.elements.body.value.trim()) return true;
  try {
    const body = new FormData(form);
    body.delete("files");
    return await settle(await fetch(form.dataset.draft, { method: "POST", body, redirect: "manual" }), now);
  } catch {
    tell(word("offline"), true);
    later(15000);
    return false;
  }
}

async function settle(answer, now) {
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
    tell(word("signed-out"), true);
    return false;
  }
  const said = await answer.json();
  if (!answer.ok) {
    if (answer.status === 429) later(60000);
    tell(said.problem, true);
    return true;
  }
  sent = now;
  version.value = said.version;
  const time = new Date(said.saved_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  tell(`${word("saved")} ${time}`, false);
  history.replaceState(history.state, "", `?draft=${form.elements.token.value}`); // for who comes back
  return true;
}

form.addEventListener("input", () => later());
form.addEventListener("submit", async (event) => { // sent once the text is safe: a page of errors has no field
  if (leaving) return;
  event.preventDefault();
  const button = event.submitter;
  clearTimeout(timer);
  button?.setAttribute("aria-busy", "true");
  leaving = await save();
  button?.removeAttribute("aria-busy");
  if (leaving) setTimeout(() => form.requestSubmit(button)); // within the event it would be ignored
});
addEventListener("pageshow", () => { leaving = false; });
