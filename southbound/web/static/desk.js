// Conveniences. Every page works without them.
"use strict";

const search = document.querySelector("[data-search]");
const items = [...document.querySelectorAll("[data-item]")];

function typing(target) {
  return target.matches("input, select, textarea") || target.isContentEditable;
}

function step(by) {
  const place = items.indexOf(document.activeElement);
  const next = items[place < 0 ? 0 : Math.min(items.length - 1, Math.max(0, place + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    search?.focus();
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else use(event);
});

// A button or link is pressed, a field is gone to, a fold is opened or closed.
function use(event) {
  const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  // In a list, a key is about the item that j and k have gone to: e corrects it, - splits it off its story.
  const near = document.activeElement.closest("li, article, tr")?.querySelector(`[data-near="${CSS.escape(event.key)}"]`);
  const found = near ?? named;
  if (!found) return;
  event.preventDefault();
  if (found.matches("details")) found.open = !found.open;
  else if (found.matches("button, a")) found.click();
  else found.focus();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.clipboard.writeText(location.href));
}

for (const charts of document.querySelectorAll(".charts")) {
  const readout = charts.querySelector("[data-readout]");
  const panels = [...charts.querySelectorAll(".hits")];
  // All panels of a figure share their places: what one is pointed at is told of every one.
  const point = (place, link) => {
    for (const old of charts.querySelectorAll(".at")) old.classList.remove("at");
    const links = place < 0 ? [] : panels.map((panel) => panel.children[place]);
    for (const one of links) one.classList.add("at");
    readout.textContent = links.length ? [link.dataset.place, ...links.map((one) => one.dataset.tell)].join(" · ") : "";
  };
  charts.addEventListener("pointerover", (event) => {
    const link = event.target.closest("[data-tell]");
    if (link) point([...link.parentNode.children].indexOf(link), link);
  });
  charts.addEventListener("pointerleave", () => point(-1));
}
