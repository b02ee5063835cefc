// Cards of the plan are dragged from column to column. The service decides about each move, and the board then shows what it
// has. The buttons on the cards lead through here too; without this they do the same by a new page.
import "./vendor/sortable.min.js";

const { Sortable } = window;
const MOST_LETTERS = 60;
const told = document.getElementById("told");
let busy = false;

const worded = (text, values) => Object.entries(values).reduce((words, [name, value]) => words.replace(`{${name}}`, () => value), text);
const tell = (key, values) => {
  told.classList.toggle("told--wrong", key !== "moved");
  told.textContent = worded(told.dataset[key], values).trim();
};
const nameOf = (card) => {
  const what = card.querySelector(".card__title").textContent.trim();
  return what.length > MOST_LETTERS ? `${what.slice(0, MOST_LETTERS)}…` : what;
};
const columnOf = (status) => document.querySelector(`.board__cards[data-status="${status}"]`);

// --- what the service shows, in place of what stood here; one goes on from the card that was moved ---------------------
const show = (text, id) => {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (!fresh.getElementById("plan")) {
    window.location.reload();
    return;
  }
  for (const place of ["standing", "plan"]) document.getElementById(place).replaceWith(fresh.getElementById(place));
  begin();
  // A filter may show it no more.
  (document.getElementById(id)?.querySelector("a") ?? told).focus({ preventScroll: true });
};
const renew = async (id) => {
  const answer = await fetch(window.location.href);
  if (answer.ok) show(await answer.text(), id);
};

// --- one move at a time -----------------------------------------------------------------------------------------------
const send = async (card, form, status, back) => {
  const what = nameOf(card);
  const column = columnOf(status)?.dataset.name;
  const body = new URLSearchParams(new FormData(form));
  body.set("status", status);
  busy = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } });
    if (answer.status === 401) window.location.reload();
    else if (answer.ok) {
      show(await answer.text(), card.id);
      tell("moved", { what, column });
    } else {
      back();
      const reason = await answer.json().then((problem) => problem.detail, () => "");
      tell("refused", { what, reason });
      await renew(card.id);
    }
  } catch {
    if (card.isConnected) back();
    tell("failed", { what });
  } finally {
    busy = false;
  }
};
const drop = (event) => {
  const { item: card, from, to, oldDraggableIndex } = event;
  const { status } = to.dataset;
  document.querySelector(".board").classList.remove("board--moving");
  if (from === to) return;
  const back = () => from.insertBefore(card, from.querySelectorAll(".card")[oldDraggableIndex] ?? null);
  const form = card.querySelector(".card__moves form");
  if (busy) back();
  else if (status === "dropped") {
    // It needs a reason, which the page of the action asks for.
    const before = form.elements.status.value;
    form.elements.status.value = status;
    form.requestSubmit();
    form.elements.status.value = before;
    back();
  } else send(card, form, status, back);
};
document.addEventListener("submit", (event) => {
  const { target: form } = event;
  if (!form.matches(".card__moves form") || form.elements.status.value === "dropped") return;
  event.preventDefault();
  if (!busy) send(form.closest(".card"), form, form.elements.status.value, () => {});
});

const begin = () => {
  const board = document.querySelector(".board");
  if (!board || !board.querySelector(".card__moves")) return;
  document.getElementById("dragging").hidden = false;
  board.classList.add("board--drags");
  const animation = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120;
  board.querySelectorAll(".board__cards").forEach((column) => new Sortable(column, {
    group: "plan", draggable: ".card", filter: "button", preventOnFilter: false, sort: false, animation, ghostClass: "card--ghost",
    // A finger that scrolls is not one that drags.
    delay: 200, delayOnTouchOnly: true, touchStartThreshold: 5,
    onStart: () => board.classList.add("board--moving"),
    onEnd: drop,
  }));
};
begin();
