// Sends files one by one, says in words what becomes of each, and takes what is dropped or pasted. The form works without it.
const AT_ONCE = 2;
const WAITING = "waiting";
const SENDING = "sending";
const ENDED = "ended";
const STOPPED = "stopped";
const lists = new WeakMap();
const ours = new Set();

const theForm = () => document.querySelector("form[data-uploads]");
const element = (name, more = {}, ...parts) => {
  const made = Object.assign(document.createElement(name), more);
  made.append(...parts);
  return made;
};
const worded = (text, values) => Object.entries(values).reduce((told, [name, value]) => told.replace(`{${name}}`, value), text);

// --- the list ---------------------------------------------------------------------------------------------------------
const listOf = (form) => {
  if (!lists.has(form)) lists.set(form, []);
  return lists.get(form);
};
const tell = (form, text) => { form.querySelector(".uploads__told").textContent = text; };
const titleOf = (name) => name.replace(/\.[^.]+$/, "").replace(/[\s_]+/g, " ").trim();
const button = (text, name, work) => {
  const made = element("button", { type: "button", className: "linkbutton", onclick: work }, text);
  made.append(element("span", { className: "govuk-visually-hidden" }, ` (${name})`));
  return made;
};

const kindOf = (form) => {
  const own = form.querySelector("#upload_kind").cloneNode(true);
  own.removeAttribute("id");
  own.removeAttribute("name");
  own.removeAttribute("aria-describedby");
  own.options[0].textContent = form.dataset.asAbove;
  own.value = "";
  return own;
};

const add = (form, files, pasted = false) => {
  const list = listOf(form);
  const place = form.querySelector(".uploads__list");
  for (const file of files) {
    const title = element("input", { className: "govuk-input", value: pasted ? "" : titleOf(file.name), type: "text" });
    const one = { form, file, pasted, title, kind: kindOf(form), state: WAITING };
    one.told = element("p", { className: "uploads__state" }, form.dataset.waiting);
    one.bar = element("progress", { max: 1, value: 0, hidden: true });
    one.bar.setAttribute("aria-label", file.name);
    one.buttons = element("p", { className: "uploads__buttons" });
    one.fields = element("div", { className: "uploads__fields" },
      element("label", { className: "govuk-label" }, form.dataset.title, title),
      element("label", { className: "govuk-label" }, form.dataset.kind, one.kind));
    one.row = element("li", { className: "uploads__file" }, element("p", {}, element("strong", {}, file.name)),
      one.fields, one.told, one.bar, one.buttons);
    list.push(one);
    place.append(one.row);
    offer(one);
  }
  place.hidden = list.length === 0;
  const fold = form.closest("details");
  if (fold) fold.open = true;
  const last = list[list.length - 1];
  if (last) last.title.focus();
};

const offer = (one) => {
  const { form, file } = one;
  one.buttons.replaceChildren();
  if (one.state === SENDING) one.buttons.append(button(form.dataset.cancel, file.name, () => one.request && one.request.abort()));
  if (one.state === STOPPED) one.buttons.append(button(form.dataset.retry, file.name, () => { wait(one); go(form); }), " ");
  if (one.state === WAITING || one.state === STOPPED) {
    one.buttons.append(button(form.dataset.remove, file.name, () => {
      listOf(form).splice(listOf(form).indexOf(one), 1);
      one.row.remove();
      form.querySelector("#upload_file").focus();
    }));
  }
};
const show = (one, state, text) => {
  one.state = state;
  one.told.textContent = text;
  one.bar.hidden = state !== SENDING;
  one.fields.hidden = state === ENDED || state === SENDING;
  one.row.dataset.state = state;
  offer(one);
};
const wait = (one) => { one.go = true; show(one, WAITING, one.form.dataset.waiting); };
const stop = (one, text) => {
  one.go = false;
  show(one, STOPPED, text);
  tell(one.form, `${one.file.name}: ${text}`);
};

// --- sending ----------------------------------------------------------------------------------------------------------
const go = (form) => {
  const list = listOf(form);
  const sending = list.filter((one) => one.state === SENDING).length;
  list.filter((one) => one.state === WAITING && one.go).slice(0, Math.max(0, AT_ONCE - sending)).forEach(send);
};

const send = (one) => {
  const { form, file } = one;
  const kind = one.kind.value || form.querySelector("#upload_kind").value;
  if (!kind || (one.pasted && !one.title.value.trim())) {
    stop(one, kind ? form.dataset.untitled : form.dataset.chooseKind);
    (kind ? one.title : form.querySelector("#upload_kind")).focus();
    return;
  }
  const data = new FormData(form);
  data.set("kind", kind);
  data.set("title", one.title.value);
  data.set("file", file, file.name);
  const request = new XMLHttpRequest();
  one.request = request;
  one.bar.value = 0;
  show(one, SENDING, worded(form.dataset.sending, { share: "0 %" }));
  request.upload.onprogress = (event) => {
    if (!event.lengthComputable) return;
    one.bar.value = event.loaded / event.total;
    one.told.textContent = worded(form.dataset.sending, { share: `${Math.round(100 * one.bar.value)} %` });
  };
  request.upload.onload = () => { one.told.textContent = form.dataset.checking; };
  request.onload = () => { answered(one, request); go(form); };
  request.onerror = () => { stop(one, form.dataset.lost); go(form); };
  request.onabort = () => { stop(one, form.dataset.cancelled); go(form); };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(data);
};

const read = (text) => {
  try { return JSON.parse(text); } catch { return {}; }
};
const answered = (one, request) => {
  const { form } = one;
  const answer = read(request.responseText);
  const [found] = answer.files || [];
  if (!found) {
    const told = { 401: form.dataset.signedOut, 413: form.dataset.large }[request.status];
    stop(one, told || Object.values(answer.errors || {}).join(" ") || answer.detail || form.dataset.failed);
    return;
  }
  if (found.fate === "refused") {
    stop(one, found.told);
    return;
  }
  show(one, ENDED, found.told);
  if (found.address) one.told.append(" ", element("a", { className: "govuk-link", href: found.address }, `${found.code} ${found.title}`));
  found.suggestions.forEach((suggestion) => suggest(one, found, suggestion));
  const list = listOf(form);
  const done = list.filter((other) => other.state === ENDED).length;
  tell(form, `${found.name}: ${found.told} ${worded(form.dataset.done, { done, all: list.length })}`);
  if (found.fate === "kept" && answer.version) {
    ours.add(answer.version);
    renew();
  }
};

// --- what the answer suggests: linked only when somebody says so --------------------------------------------------------
const suggest = (one, found, suggestion) => {
  const { form } = one;
  const text = suggestion.here ? form.dataset.linkHere : worded(form.dataset.linkTo, { code: suggestion.code });
  const says = element("span", { className: "quiet" });
  const press = element("button", { type: "button", className: "govuk-button govuk-button--secondary" }, text);
  press.onclick = async () => {
    press.disabled = true;
    const body = new URLSearchParams({ csrf_token: form.querySelector("[name=csrf_token]").value, code: found.code });
    const answer = await fetch(suggestion.address, { method: "POST", body }).catch(() => null);
    says.textContent = answer && answer.ok ? form.dataset.linked : form.dataset.unlinked;
    says.setAttribute("role", "status");
    if (answer && answer.ok) press.remove();
    else press.disabled = false;
    if (suggestion.here) renew(true);
  };
  const words = suggestion.here ? "" : `${form.dataset.suggested} `;
  const link = element("a", { className: "govuk-link", href: suggestion.page }, `${suggestion.code} ${suggestion.question}`);
  one.row.append(element("p", { className: "uploads__suggestion" }, words, link, " ", press, " ", says));
};

// --- the page's own list of links, and the version of the answer that our own links have moved on ------------------------
const step = () => {
  const version = document.querySelector("#answer-form input[name=version]");
  while (version && ours.delete(Number(version.value) + 1)) version.value = Number(version.value) + 1;
};
const renew = async (linkedHere = false) => {
  step();
  const answer = await fetch(window.location.pathname, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["linked", "standing"]) {
    const [now, then] = [page.getElementById(id), document.getElementById(id)];
    if (now && then) then.replaceWith(document.importNode(now, true));
  }
  const seen = page.querySelector("#answer-form input[name=version]");
  const mine = document.querySelector("#answer-form input[name=version]");
  if (linkedHere && seen && mine && Number(seen.value) === Number(mine.value) + 1) mine.value = seen.value;
};

// --- choosing, dropping, pasting ----------------------------------------------------------------------------------------
document.addEventListener("change", (event) => {
  const form = event.target.closest && event.target.closest("form[data-uploads]");
  if (!form || event.target.id !== "upload_file") return;
  add(form, [...event.target.files]);
  event.target.value = "";
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-uploads]")) return;
  event.preventDefault();
  const waiting = listOf(form).filter((one) => one.state === WAITING || one.state === STOPPED);
  if (waiting.length === 0) {
    tell(form, form.dataset.chooseFile);
    form.querySelector("#upload_file").focus();
    return;
  }
  waiting.forEach(wait);
  go(form);
});
const carriesFiles = (event) => theForm() && event.dataTransfer && [...event.dataTransfer.types].includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("dropping"); });
document.addEventListener("drop", (event) => {
  document.body.classList.remove("dropping");
  if (!carriesFiles(event)) return;
  event.preventDefault();
  add(theForm(), [...event.dataTransfer.files]);
});
const two = (number) => String(number).padStart(2, "0");
document.addEventListener("paste", (event) => {
  const form = theForm();
  const data = event.clipboardData;
  const pictures = data ? [...data.files].filter((file) => ["image/png", "image/jpeg"].includes(file.type)) : [];
  // Text that comes with a picture, as from a word processor, is what somebody who writes wants.
  if (!form || pictures.length === 0 || (data.getData("text/plain") && event.target.closest("input, textarea"))) return;
  event.preventDefault();
  const now = new Date();
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const name = `${form.dataset.pasted} ${day} ${two(now.getHours())}-${two(now.getMinutes())}-${two(now.getSeconds())}`;
  add(form, pictures.map((file) => new File([file], `${name}.${file.type === "image/png" ? "png" : "jpg"}`, { type: file.type })), true);
  tell(form, form.dataset.untitled);
});
window.addEventListener("beforeunload", (event) => {
  const form = theForm();
  if (form && listOf(form).some((one) => one.state === SENDING || one.state === WAITING)) event.preventDefault();
});
