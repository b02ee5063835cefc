// What is typed stays in the browser until the server has it: a killed browser, a cut line or an ended session lose nothing.
// A draft belongs to one person and one criterion, is offered and never put over what stands there, and goes with signing out.
const PREFIX = "sapa-draft:";
const EVERY = 1000;
const FIELDS = ["comment", "strengths", "next_step", "not_applicable"];
const form = () => document.querySelector("form[data-autosave]");
const keyOf = (one) => `${PREFIX}${one.dataset.person}:${new URL(one.action).pathname}`;
const texts = (one) => Object.fromEntries(FIELDS.filter((name) => one.elements[name]).map((name) => [name, one.elements[name].value]));
let timer = null;

const keep = () => {
  timer = null;
  const one = form();
  if (!one) return;
  const draft = { version: one.elements.version.value, at: Date.now(), texts: texts(one) };
  try {
    window.localStorage.setItem(keyOf(one), JSON.stringify(draft));
    one.dataset.kept = "yes";
  } catch {
    // No room, or not allowed: the page still has the text, and warns when it is left.
  }
};
const forget = () => {
  window.clearTimeout(timer);
  timer = null;
  if (!form()) return;
  window.localStorage.removeItem(keyOf(form()));
  delete form().dataset.kept;
};
const found = (one) => {
  try {
    return JSON.parse(window.localStorage.getItem(keyOf(one)) || "null");
  } catch {
    return null;
  }
};
const offer = () => {
  const one = form();
  const place = document.getElementById("draft");
  if (!one || !place) return;
  const draft = found(one);
  const now = texts(one);
  const differs = draft && draft.texts && FIELDS.some((name) => name in now && (draft.texts[name] || "") !== now[name] && draft.texts[name]);
  if (!differs) {
    if (draft) forget();
    return;
  }
  place.querySelector("[data-draft=texts]").textContent = FIELDS.map((name) => draft.texts[name]).filter((text) => text).join("\n\n");
  place.querySelector("time").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
  place.hidden = false;
};

document.addEventListener("input", (event) => {
  if (form() && form().contains(event.target) && timer === null) timer = window.setTimeout(keep, EVERY);
});
window.addEventListener("pagehide", () => { if (timer !== null) keep(); });
document.addEventListener("sapa:saved", forget);
document.addEventListener("sapa:unsent", keep);
document.addEventListener("sapa:refused", keep);
document.addEventListener("sapa:shown", offer);
document.addEventListener("click", (event) => {
  const wanted = event.target.dataset?.draft;
  const place = document.getElementById("draft");
  const one = form();
  if (!place || !one || !["back", "away"].includes(wanted)) return;
  const draft = found(one);
  place.hidden = true;
  if (wanted === "away" || !draft) {
    forget();
    return;
  }
  FIELDS.forEach((name) => { if (one.elements[name] && draft.texts[name]) one.elements[name].value = draft.texts[name]; });
  // Of an older version: the server then shows both texts instead of putting one over the other.
  one.elements.version.value = draft.version;
  one.elements.comment.dispatchEvent(new Event("input", { bubbles: true }));
  one.elements.comment.focus();
});
document.addEventListener("submit", (event) => {
  if (!/\/sign-out(-everywhere)?$/.test(new URL(event.target.action, window.location.href).pathname)) return;
  Object.keys(window.localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => window.localStorage.removeItem(key));
});
offer();
