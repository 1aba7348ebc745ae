// Keeps the numbers of what is new up to date; without it they are as old as the page.
const url = document.getElementById("unread").dataset.url;
let tag = "", seconds = 60, timer = 0;

function wait() {
  clearTimeout(timer);
  timer = setTimeout(ask, 1000 * (document.hasFocus() ? seconds / 4 : seconds));
}

function show(html) {
  const sent = document.createElement("template");
  sent.innerHTML = html;
  for (const element of [...sent.content.children]) {
    const old = document.getElementById(element.id);
    if (!old || old.isEqualNode(element)) continue;
    for (const { name, value } of element.attributes) old.setAttribute(name, value);
    old.replaceChildren(...element.childNodes); // in place: it may have the focus
  }
}

async function ask() {
  let answer;
  try {
    answer = await fetch(url, { headers: tag ? { "If-None-Match": tag } : {}, redirect: "manual", cache: "no-store" });
  } catch {
    return wait(); // no network: later
  }
  if (answer.type === "opaqueredirect") return; // signed out
  seconds = Math.max(15, Number(answer.headers.get("X-Poll-Interval")) || seconds);
  if (answer.status === 200) {
    tag = answer.headers.get("ETag") ?? "";
    show(await answer.text());
  }
  wait();
}

addEventListener("focus", wait);
wait();
