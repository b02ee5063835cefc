// Who can be asked, while a name is typed behind an @. A text area may not be called a combobox, so it says what it can of one:
// that a list completes what is typed, which list, and which name is chosen in it; how many there are is read out.
const PAUSE = 150;
const BEFORE = /(?:^|[^\p{L}\p{N}_@])@([^@\n]{0,60})$/u;
let open = null;
let timer = null;
let asked = 0;

const typedBy = (area) => BEFORE.exec(area.value.slice(0, area.selectionStart))?.[1];

const close = () => {
  window.clearTimeout(timer);
  asked += 1;
  if (!open) return;
  open.list.remove();
  open.told.textContent = "";
  for (const name of ["aria-controls", "aria-activedescendant", "aria-haspopup"]) open.area.removeAttribute(name);
  open = null;
};

const mark = (index) => {
  const options = [...open.list.children];
  open.at = (index + options.length) % options.length;
  options.forEach((one, place) => one.setAttribute("aria-selected", String(place === open.at)));
  open.area.setAttribute("aria-activedescendant", options[open.at].id);
  options[open.at].scrollIntoView({ block: "nearest" });
};

const choose = () => {
  const { area, list, at } = open;
  const name = list.children[at].textContent;
  const start = area.selectionStart - typedBy(area).length;
  area.setRangeText(`${name} `, start, area.selectionStart, "end");
  close();
  area.focus();
};

const show = (area, names, told) => {
  close();
  const place = area.closest("[data-people]");
  const list = document.createElement("ul");
  list.id = `${area.id}-people`;
  list.className = "asking__people";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", place.dataset.label);
  names.forEach((name, index) => {
    const option = document.createElement("li");
    option.id = `${list.id}-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.textContent = name;
    list.append(option);
  });
  area.after(list);
  open = { area, list, told: status(place), at: -1 };
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-haspopup", "listbox");
  open.told.textContent = told;
  if (typedBy(area)) mark(0);
};

// The place that is read out has to stand there before something is written into it.
const status = (place) => {
  let told = place.querySelector("[role=status]");
  if (!told) {
    told = document.createElement("p");
    told.className = "govuk-visually-hidden";
    told.setAttribute("role", "status");
    place.append(told);
  }
  return told;
};

const ask = async (area, query) => {
  const place = area.closest("[data-people]");
  const mine = (asked += 1);
  try {
    const answer = await fetch(`${place.dataset.people}?${new URLSearchParams({ q: query })}`, { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    const { people, told } = await answer.json();
    if (mine !== asked || document.activeElement !== area || typedBy(area) !== query) return;
    const done = people.length === 1 && people[0].toLowerCase() === query.trim().toLowerCase();
    if (people.length && !done) show(area, people, told);
    else close();
  } catch {
    // No connection: the name is typed out, as without this list.
  }
};

const look = (area) => {
  area.setAttribute("aria-autocomplete", "list");
  status(area.closest("[data-people]"));
  window.clearTimeout(timer);
  const query = typedBy(area);
  if (query === undefined) close();
  else timer = window.setTimeout(() => ask(area, query), PAUSE);
};

const areaOf = (event) => (event.target.matches?.("[data-people] textarea") ? event.target : null);

document.addEventListener("input", (event) => { if (areaOf(event)) look(event.target); });
document.addEventListener("keydown", (event) => {
  if (!open || event.target !== open.area || event.isComposing) return;
  const chosen = open.at >= 0;
  if (event.key === "ArrowDown") mark(open.at + 1);
  else if (event.key === "ArrowUp") mark(chosen ? open.at - 1 : -1);
  else if ((event.key === "Enter" || event.key === "Tab") && chosen && !event.shiftKey) choose();
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".asking__people [role=option]");
  if (!option || !open) return;
  event.preventDefault();
  open.at = [...open.list.children].indexOf(option);
  choose();
});
document.addEventListener("focusout", (event) => { if (open && event.target === open.area) close(); });
document.addEventListener("htmx:before:swap", close);
if (document.activeElement?.matches("[data-people] textarea")) look(document.activeElement);
