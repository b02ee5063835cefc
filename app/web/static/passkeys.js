// Asks the browser for a passkey and sends its answer as a field of the form. Forms that need it are hidden until it is here.
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = (text) => {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(bytes, (letter) => letter.charCodeAt(0)).buffer;
};
const named = (list) => (list || []).map((one) => ({ ...one, id: decode(one.id) }));

const create = async (options) => {
  const user = { ...options.user, id: decode(options.user.id) };
  const excludeCredentials = named(options.excludeCredentials);
  const publicKey = { ...options, user, excludeCredentials, challenge: decode(options.challenge) };
  const made = await navigator.credentials.create({ publicKey });
  return {
    ...plain(made),
    response: {
      clientDataJSON: encode(made.response.clientDataJSON),
      attestationObject: encode(made.response.attestationObject),
    },
  };
};

const get = async (options) => {
  const allowCredentials = named(options.allowCredentials);
  const publicKey = { ...options, allowCredentials, challenge: decode(options.challenge) };
  const shown = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response;
  return {
    ...plain(shown),
    response: {
      clientDataJSON: encode(clientDataJSON),
      authenticatorData: encode(authenticatorData),
      signature: encode(signature),
      ...(userHandle && { userHandle: encode(userHandle) }),
    },
  };
};

const plain = (credential) => ({ id: credential.id, rawId: encode(credential.rawId), type: credential.type });

// What the server says is already in the reader's language; what the browser says has a name that we have words for.
class Told extends Error {}
const fetchOptions = async (form) => {
  const headers = { accept: "application/json", "x-csrf-token": form.elements.csrf_token.value };
  const answer = await fetch(form.dataset.options, { method: "POST", headers, redirect: "error" });
  const said = await answer.json();
  if (!answer.ok) throw new Told(said.detail);
  return said;
};
const words = (form, wrong) => {
  if (wrong instanceof Told) return wrong.message;
  if (wrong.name === "NotAllowedError" || wrong.name === "AbortError") return form.dataset.cancelled;
  if (wrong.name === "InvalidStateError") return form.dataset.known;
  return wrong.name === "NotSupportedError" || wrong.name === "SecurityError" ? form.dataset.unsupported : form.dataset.failed;
};

const ask = async (form) => {
  const told = form.querySelector("[data-told]");
  const button = form.querySelector("button");
  told.textContent = "";
  button.disabled = true;
  try {
    const options = await fetchOptions(form);
    const answer = form.dataset.passkey === "create" ? await create(options) : await get(options);
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch (wrong) {
    told.textContent = words(form, wrong);
    button.disabled = false;
  }
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = false;
  if (!window.PublicKeyCredential) {
    form.querySelector("[data-told]").textContent = form.dataset.unsupported;
    form.querySelector("button").disabled = true;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
}
