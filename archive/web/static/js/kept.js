// What was typed into a form survives a session that ended: it is kept in this tab when the form is sent, offered back
// on the page where the form stands once the person is signed in again, and dropped when the form was answered. The list
// of files to upload is kept likewise (wanted.js); to the next person who sits here nothing of either is left.
//
// <body data-user="maud" data-person="7"> · <main data-asks-again> on the pages that come instead of an answer · <section id="kept" hidden>

import { forgetNames } from "./wanted.js";

const SENDING = "strandline.sending"; // sent, and not answered yet
const KEPT = "strandline.kept"; // not done: offered back
const user = document.body.dataset.user;
const offer = document.getElementById("kept");

const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");
const drop = (key) => sessionStorage.removeItem(key);
const isWritten = (field) => field.matches("textarea, input:not([type]), input[type=text], input[type=url], input[type=date], input[type=number]");
const isKept = (field) => field.name && field.name !== "csrfmiddlewaretoken" && (isWritten(field) || field.matches("select, input[type=radio], input[type=checkbox]"));
const sameForms = (action) => [...document.forms].filter((form) => form.getAttribute("action") === action);

function labelOf(field) {
  return field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent.trim() ?? field.placeholder ?? field.name;
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.matches("[data-signs-out]")) return drop(SENDING), drop(KEPT), forgetNames();
    if (form.method !== "post" || form.querySelector("[type=password]")) return;
    const fields = [...form.elements].filter(isKept);
    if (!fields.some((field) => isWritten(field) && field.value.trim())) return drop(SENDING);
    const action = form.getAttribute("action");
    const kept = fields.map((field) => ({ name: field.name, value: field.value, checked: field.checked, label: labelOf(field), written: isWritten(field) }));
    sessionStorage.setItem(SENDING, JSON.stringify({ user, page: location.pathname, action, at: sameForms(action).indexOf(form), fields: kept }));
  },
  true,
);

// 401: signed out. 403: the page is older than the sign-in. Both lead elsewhere by HX-Redirect.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!read(SENDING)) return;
  if ([401, 403].includes(detail.xhr.status) && detail.xhr.getResponseHeader("HX-Redirect")) keep();
  else drop(SENDING);
});

function keep() {
  sessionStorage.setItem(KEPT, sessionStorage.getItem(SENDING));
  drop(SENDING);
}

function show() {
  const kept = read(KEPT);
  if (!kept || !user) return;
  if (kept.user && kept.user !== user) return drop(KEPT); // somebody else sits here now
  if (kept.page !== location.pathname || !offer) return;
  const list = offer.querySelector("dl");
  for (const field of kept.fields.filter(({ written, value }) => written && value.trim())) {
    list.append(Object.assign(document.createElement("dt"), { textContent: field.label }));
    list.append(Object.assign(document.createElement("dd"), { textContent: field.value }));
  }
  offer.hidden = false;
}

function putBack() {
  const kept = read(KEPT);
  const form = sameForms(kept.action)[kept.at];
  if (!form) return void (offer.querySelector("[data-gone]").hidden = false);
  for (let around = form; around; around = around.parentElement) if (around.matches("details")) around.open = true;
  for (const { name, value, checked } of kept.fields) {
    for (const field of [...form.elements].filter((field) => field.name === name && isKept(field))) {
      if (!field.matches("[type=radio], [type=checkbox]")) field.value = value;
      else if (field.value === value) field.checked = checked;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  const first = kept.fields.find(({ written, value }) => written && value.trim());
  form.elements[first.name]?.focus?.();
  forget();
}

function forget() {
  drop(KEPT);
  offer.hidden = true;
}

// A session that ended by itself keeps the list until it is known who comes next.
if (user) forgetNames({ butOf: document.body.dataset.person });

offer?.querySelector("[data-put-back]").addEventListener("click", putBack);
offer?.querySelector("[data-forget]").addEventListener("click", forget);

if (document.querySelector("[data-asks-again]")) {
  if (read(SENDING)) keep();
} else {
  drop(SENDING);
  show();
}
