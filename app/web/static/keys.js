// Single keys on a criterion's page. They can be turned off, and are off while somebody types (WCAG 2.1.4).
const OFF = "sapa-keys-off";
const typing = (element) => element.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
const dialog = () => document.getElementById("keys");
const on = () => window.localStorage.getItem(OFF) === null;

const show = () => {
  const shown = dialog();
  if (!shown) return;
  shown.querySelector("input[type=checkbox]").checked = on();
  shown.showModal();
};
const answering = {
  j: () => document.querySelector("nav.around a[rel=next]")?.click(),
  k: () => document.querySelector("nav.around a[rel=prev]")?.click(),
  e: () => document.querySelector("#evidence summary, #evidence a")?.focus(),
};
const choose = (key) => {
  const choice = document.getElementById(key === "n" ? "choice-na" : `choice-${key}`);
  if (!choice || choice.disabled || choice.matches(":disabled")) return;
  choice.click();
  choice.focus();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || dialog()?.open || !on()) return;
  const key = event.key.toLowerCase();
  if (key === "?") show();
  else if (key === "/" && document.getElementById("search")) {
    event.preventDefault();
    document.getElementById("search").focus();
  } else if (/^[0-4n]$/.test(key)) choose(key);
  else if (answering[key]) answering[key]();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-keys]")) show(); });
document.addEventListener("change", (event) => {
  if (!event.target.matches("#keys input[type=checkbox]")) return;
  if (event.target.checked) window.localStorage.removeItem(OFF);
  else window.localStorage.setItem(OFF, "1");
});
