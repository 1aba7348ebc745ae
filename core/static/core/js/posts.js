// Writing a post: counts what is free and what is locked, by the split line that the server reads.
const body = document.querySelector("textarea[data-post]");
const form = body.form;
const counts = form.querySelector("[data-counts]");
const split = form.querySelector("[data-split]");
const over = form.querySelector("[data-over] span");
const price = form.querySelector("[data-paid]");
const LINE = "<!-- more -->";
const FREE_BYTES = 2000;
const SPLIT_LINE = /^[ \t]*<!--[ \t]*more[ \t]*-->[ \t]*$/im;

function words(text) {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

function show() {
  const paid = form.elements.visibility.value === "paid";
  const [first, ...rest] = body.value.split(SPLIT_LINE);
  const parts = rest.length ? [words(first), words(rest.join(" "))] : [0, words(first)];
  counts.querySelector("[data-whole]").hidden = paid;
  counts.querySelector("[data-whole] .num").textContent = words(first) + words(rest.join(" "));
  counts.querySelector("[data-parts]").hidden = !paid;
  counts.querySelectorAll("[data-parts] .num").forEach((number, i) => { number.textContent = parts[i]; });
  const free = paid && rest.length ? first.trim() : "";
  over.hidden = new TextEncoder().encode(free).length <= FREE_BYTES;
  if (split) split.hidden = !paid || rest.length > 0;
  if (price) price.hidden = !paid && !form.elements.unlock_price.value;
}

split?.addEventListener("click", () => {
  const at = body.selectionStart;
  const before = body.value.slice(0, at).trimEnd();
  body.setRangeText(`${before ? "\n\n" : ""}${LINE}\n\n`, before.length, at, "end");
  body.focus();
  show();
});
form.addEventListener("input", show);
counts.hidden = false;
show();
