// Makes pages quicker; everything works without it.
import "./vendor/htmx.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
const PAUSE = 2500;
const RETRIES = [5, 10, 20, 40, 60];

// --- forms: what is wrong is read first, its link leads into the field, and two quick presses of a button are one --------
document.querySelector(".govuk-error-summary")?.setAttribute("tabindex", "-1");
document.querySelector(".govuk-error-summary")?.focus();
document.addEventListener("click", (event) => {
  const link = event.target.closest(".govuk-error-summary a");
  const wrong = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!wrong) return;
  event.preventDefault();
  const field = wrong.matches("fieldset") ? wrong.querySelector("input, select, textarea") : wrong;
  (wrong.querySelector("legend") ?? document.querySelector(`label[for="${CSS.escape(wrong.id)}"]`) ?? wrong).scrollIntoView();
  field?.focus({ preventScroll: true });
});
// A form that is posted always leads to a page; one that gets may bring a file, and the page stays. What the browser kept of a
// page that was left is let go, and who stopped the loading can try again after a while.
const sent = new Set();
window.addEventListener("submit", (event) => {
  // Where a script sends the form itself, it knows what it has sent.
  if (event.defaultPrevented) return;
  if (sent.has(event.target)) event.preventDefault();
  else {
    sent.add(event.target);
    window.setTimeout(() => sent.delete(event.target), event.target.getAttribute("method") === "post" ? 10_000 : 1000);
  }
});
window.addEventListener("pageshow", () => sent.clear());

// --- autosave with a visible state: one save at a time, and never over what is being typed ---------------------------
let timer = null;
let dirty = false;
let busy = false;
let failed = 0;
let waiting = null;
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`sapa:${name}`, { detail }));
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
document.addEventListener("focusout", (event) => {
  // Leaving a text saves it; pressing a button of the form does so anyway.
  const next = event.relatedTarget;
  if (dirty && form() && form().contains(event.target) && !(next && next.closest("button"))) save();
});
const unsent = () => {
  dirty = true;
  waiting = null;
  say("failed");
  tell("unsent");
  window.clearTimeout(timer);
  timer = window.setTimeout(save, RETRIES[Math.min(failed, RETRIES.length - 1)] * 1000);
  failed += 1;
};
window.addEventListener("online", () => { if (dirty) save(); });
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
  if (!busy) return;
  if (status === 409 || status === 422) {
    waiting = null;
    tell("refused");
    return;
  }
  if (status === 401) {
    // The session has ended: the plain form brings the sign-in page, which keeps what was typed.
    HTMLFormElement.prototype.submit.call(form());
    return;
  }
  unsent();
});
document.addEventListener("htmx:error", () => { if (busy) unsent(); });
document.addEventListener("htmx:after:request", (event) => {
  if (busy && event.detail.ctx.response && event.detail.ctx.response.status < 300) {
    failed = 0;
    if (!dirty) tell("saved");
  }
});
document.addEventListener("htmx:finally:request", (event) => {
  if (!busy) return;
  busy = false;
  if (!dirty && waiting) {
    const link = waiting;
    waiting = null;
    link.click();
    return;
  }
  const text = document.getElementById("saved");
  if (dirty && text && text.textContent !== text.dataset.failed) {
    say("unsaved");
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 0);
  }
});
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
// What was chosen or typed before this script came counts too.
[...(form()?.elements ?? [])]
  .find((one) => (one.type === "radio" ? one.checked !== one.defaultChecked : one.type === "textarea" && one.value !== one.defaultValue))
  ?.dispatchEvent(new Event("input", { bubbles: true }));

// --- another criterion without a new page: what was typed is saved first, the tree follows, the heading is read out ------
const switching = ".tree a, nav.around a[rel]";
document.addEventListener("click", (event) => {
  const link = event.target.closest(switching);
  if (!link || !(dirty || busy) || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting = link;
  save();
}, true);
const follow = () => {
  const heading = document.querySelector("#answer h1[data-place]");
  const tree = document.querySelector(".tree");
  if (!heading || !tree) return;
  const before = tree.querySelector("[aria-current]");
  const link = [...tree.querySelectorAll("a")].find((one) => one.pathname === heading.dataset.place);
  if (before && before !== link) {
    before.removeAttribute("aria-current");
    const mark = before.querySelector("#mark");
    if (mark) mark.removeAttribute("id");
  }
  if (link) {
    link.setAttribute("aria-current", "page");
    link.querySelector("i").id = "mark";
    link.closest("details").open = true;
    link.scrollIntoView({ block: "nearest" });
  }
};
let shown = document.querySelector("#answer h1[data-place]")?.dataset.place;
document.addEventListener("htmx:after:swap", () => {
  const heading = document.querySelector("#answer h1[data-place]");
  if (!heading || heading.dataset.place === shown) return;
  shown = heading.dataset.place;
  dirty = false;
  follow();
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  document.getElementById("answer").scrollIntoView({ block: "nearest" });
  tell("shown");
});

// --- what only some pages need is fetched where somebody needs it ----------------------------------------------------
document.addEventListener("focusin", (event) => {
  const place = event.target.closest("[data-script]");
  if (place) import(place.dataset.script);
});

// --- another language or theme: back to the very place, with what scripts changed in its address --------------------------
document.addEventListener("submit", (event) => {
  const place = event.target.querySelector("input[data-here]");
  if (place) place.value = window.location.pathname + window.location.search + window.location.hash;
});

// --- the tree shows where one is ------------------------------------------------------------------------------------
const here = document.querySelector(".tree [aria-current]");
const pane = document.querySelector(".panes__tree");
if (here && pane) pane.scrollTop += here.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;

// --- on a narrow screen the tree and the guidance begin folded -----------------------------------------------------
if (window.matchMedia("(max-width: 64rem)").matches) {
  document.querySelectorAll("details.fold").forEach((fold) => { fold.open = false; });
}
