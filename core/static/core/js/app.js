// Progressive enhancement only: every page works without this file.
const toasts = document.getElementById("toasts");

function toast(text) {
  const box = document.createElement("div");
  box.className = "toast";
  box.textContent = text;
  toasts.append(box);
  setTimeout(() => box.remove(), 6000);
}

function release(form) {
  form.removeAttribute("data-sent");
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

function addReveal(input) {
  const button = document.getElementById("reveal").content.firstElementChild.cloneNode(true);
  const box = document.createElement("div");
  box.className = "reveal";
  input.replaceWith(box);
  box.append(input, button);
  button.addEventListener("click", () => {
    input.type = input.type === "password" ? "text" : "password";
    button.setAttribute("aria-pressed", String(input.type === "text"));
  });
}

function enhance(root) {
  root.querySelectorAll("[data-copy][hidden], [data-print][hidden]").forEach((button) => { button.hidden = false; });
  root.querySelectorAll("input[type=password]:not(.reveal > *)").forEach(addReveal);
  root.querySelectorAll("time[data-local]:not([title])").forEach((time) => {
    time.title = time.textContent;
    time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  });
}

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) print();
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    toast(toasts.dataset.copied);
  } catch {
    getSelection().selectAllChildren(source);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
  form.setAttribute("data-sent", "");
  event.submitter?.setAttribute("aria-busy", "true");
  form.querySelectorAll(".reveal > input").forEach((input) => { input.type = "password"; });
  setTimeout(release, 10000, form); // the answer was a download, or never came
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

document.addEventListener("toast", (event) => toast(event.detail.value)); // HX-Trigger: {"toast": "Saved"}
["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) =>
  document.addEventListener(name, () => toast(toasts.dataset.failed)));
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
enhance(document);
(document.querySelector("[data-summary]") ?? document.querySelector("[aria-invalid=true]"))?.focus();
