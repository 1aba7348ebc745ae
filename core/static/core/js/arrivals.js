// Says when the feed has something new, more seldom the longer nothing comes; without it, a reload does.
const place = document.getElementById("arrivals");
const FIRST = 30, LAST = 600;
let seconds = FIRST, timer = 0, ended = false;

function wait() {
  clearTimeout(timer);
  if (!ended && !document.hidden) timer = setTimeout(ask, 1000 * seconds);
}

async function ask() {
  let answer;
  try {
    answer = await fetch(place.dataset.url, { redirect: "manual", cache: "no-store" });
  } catch {
    return later(); // no network
  }
  // Signed out: there is nothing to ask for any more.
  if (answer.type === "opaqueredirect" || [400, 401, 403].includes(answer.status)) ended = true;
  else if (answer.status === 200) show(await answer.text());
  later();
}

function later() {
  seconds = Math.min(seconds * 1.5, LAST);
  wait();
}

function show(html) {
  const sent = document.createElement("template");
  sent.innerHTML = html.trim();
  if (place.textContent === sent.content.textContent) return; // not read out again
  if (!place.contains(document.activeElement)) place.replaceChildren(sent.content);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) seconds = FIRST;
  wait();
});
wait();
