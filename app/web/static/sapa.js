// Makes pages quicker; everything works without it.
import { initAll } from "./vendor/govuk-frontend.min.js";
import "./vendor/htmx.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
const PAUSE = 2500;
const typing = (element) => element.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

// --- autosave with a visible state: one save at a time, and never over what is being typed ---------------------------
let timer = null;
let dirty = false;
let busy = false;
const form = () => document.querySelector("form[data-autosave]");
const say = (key) => {
  const place = document.getElementById("saved");
  if (place && place.dataset[key]) place.textContent = place.dataset[key];
};
const save = () => {
  const target = form();
  window.clearTimeout(timer);
  // A justification must be typed before "not applicable" can be saved.
  const choice = target && target.querySelector("input[name=choice]:checked");
  const reason = target && target.querySelector("textarea[name=not_applicable]");
  if (!target || !dirty || busy || (choice && choice.value === "na" && reason && !reason.value.trim())) return;
  target.requestSubmit(target.querySelector("button:not([name])"));
};
document.addEventListener("input", (event) => {
  if (!form() || !form().contains(event.target)) return;
  dirty = true;
  say("unsaved");
  window.clearTimeout(timer);
  timer = window.setTimeout(save, PAUSE);
});
document.addEventListener("change", (event) => {
  if (form() && form().contains(event.target) && event.target.name === "choice") {
    dirty = true;
    save();
  }
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-autosave]")) return;
  if (busy) {
    // The next save needs the version that the running one will bring.
    event.preventDefault();
    event.stopImmediatePropagation();
    dirty = true;
    return;
  }
  dirty = false;
  busy = true;
  say("saving");
}, true);
document.addEventListener("htmx:response:error", (event) => {
  const status = event.detail.ctx.response.status;
  if (status === 409 || status === 422) return;
  if (status === 401) {
    // The session has ended: the plain form brings the sign-in page, which keeps what was typed.
    HTMLFormElement.prototype.submit.call(form());
    return;
  }
  dirty = true;
  say("failed");
});
document.addEventListener("htmx:error", () => { dirty = true; say("failed"); });
document.addEventListener("htmx:finally:request", (event) => {
  if (!busy) return;
  busy = false;
  const text = document.getElementById("saved");
  if (dirty && text && text.textContent !== text.dataset.failed) {
    say("unsaved");
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 0);
  }
});
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

// --- keyboard: 0 to 4 and n choose, j and k go on and back, e evidence; off while typing ---------------------------
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !(form() || document.querySelector("form[data-rating]"))) return;
  const key = event.key.toLowerCase();
  const choice = document.getElementById(key === "n" ? "choice-na" : `choice-${key}`);
  if (choice && /^[0-4n]$/.test(key)) {
    choice.click();
    choice.focus();
  } else if (key === "j" || key === "k") {
    const link = document.querySelector(`nav.around a[rel=${key === "j" ? "next" : "prev"}]`);
    if (link) link.click();
  } else if (key === "e") {
    const section = document.querySelector("#evidence summary");
    if (section) section.focus();
  }
});

// --- the tree shows where one is ------------------------------------------------------------------------------------
const here = document.querySelector(".tree [aria-current]");
const pane = document.querySelector(".panes__tree");
if (here && pane) pane.scrollTop += here.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;

// --- on a narrow screen the tree and the guidance begin folded -----------------------------------------------------
if (window.matchMedia("(max-width: 64rem)").matches) {
  document.querySelectorAll("details.fold").forEach((fold) => { fold.open = false; });
}
