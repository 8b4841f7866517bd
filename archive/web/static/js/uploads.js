// The page to upload: files dropped or chosen wait in the table, "Upload" opens the accession, two at a time are sent.
// The archive is told of all of them first: it pairs sidecars and rows of captions lists by the rules of the command
// line. A file is compared by its SHA-256 before it is sent, so bytes that are held are not sent at all. Captions lists,
// and sidecars without a picture, are sent by themselves at once: they wait there for their pictures, or find them.
import { fetchLines, follow } from "./lines.js";
import { sayAnswer, sayFailure } from "./saying.js";
import { SignedOut, ask } from "./session.js";
import { Upload, fingerprint, forget } from "./tus.js";
import { NEW, Wanted } from "./wanted.js";

const AT_ONCE = 2;
const ASKED_AGAIN_MS = 5000;
const LONGEST_QUOTE = 120;
const FORESEEN_MS = 300;
const HASHED_UP_TO_BYTES = 256 * 1024 * 1024;

const page = document.getElementById("upload");
const form = document.getElementById("batch-form");
const drop = document.getElementById("drop");
const overall = document.getElementById("overall");
const body = document.querySelector(".lines tbody");
const start = document.getElementById("start");
const chooseLists = document.getElementById("captions");
const listsShown = document.getElementById("lists");
const remarks = document.getElementById("remarks");
const foreseen = document.getElementById("foreseen");
const pause = document.getElementById("pause");
const said = document.getElementById("said");
const words = JSON.parse(document.getElementById("sentences").textContent);
const litter = JSON.parse(document.getElementById("litter").textContent);

let batch = page.dataset.batch;
let { person } = page.dataset;
let wanted = new Wanted(person);
let paused = false;
const jobs = [];
// Captions lists that wait for the accession to be opened, and what else goes by itself: { file, path }.
let lists = [];
// All that was dropped or chosen, also what is not sent by itself: { file, path, job, announced }.
const arrivals = [];

const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

function size(bytes) {
  // As the server writes sizes: steps of 1024, one decimal.
  const units = ["KB", "MB", "GB", "TB"];
  if (bytes < 1024) return `${Math.round(bytes)} ${Math.round(bytes) === 1 ? "byte" : "bytes"}`;
  let at = -1;
  while (at < 0 || (bytes >= 1024 && at < units.length - 1)) (bytes /= 1024), (at += 1);
  return `${bytes.toFixed(1)} ${units[at]}`;
}

function duration(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

// --- One file ------------------------------------------------------------------------------------------------------

class Job {
  constructor(file, path, sidecar = null) {
    Object.assign(this, { file, path, sidecar, state: "queued", sent: 0 });
    this.told = false;
    this.row = document.getElementById("sending").content.firstElementChild.cloneNode(true);
    this.row.querySelector("strong").textContent = file.name;
    this.showSize();
    this.row.querySelector("progress").setAttribute("aria-label", file.name);
    const cancel = this.row.querySelector("[data-cancel]");
    cancel.setAttribute("aria-label", say("cancel", { name: file.name }));
    cancel.addEventListener("click", () => this.cancel());
    this.show("queued");
  }

  show(state, sentence = "") {
    this.state = state;
    this.isCutOff = false;
    this.row.querySelector(".state").textContent = words[state] ?? "";
    this.row.querySelector("p").textContent = sentence;
  }

  showSize() {
    const { file, path, sidecar } = this;
    const beside = (path && path !== file.name ? ` · ${path}` : "") + (sidecar ? ` + ${sidecar.name}` : "");
    this.row.querySelector(".quiet").textContent = size(file.size) + beside;
  }

  /** Show which row of a captions list goes to this file, and what it begins with. */
  showWords(saidBy = "", stated = {}) {
    const begins = (stated.caption ?? Object.values(stated)[0] ?? "").slice(0, LONGEST_QUOTE);
    this.row.querySelector("[data-words]").textContent = saidBy && (begins ? say("row_says", { row: saidBy, words: begins }) : saidBy);
  }

  progress(bytes) {
    this.sent = bytes;
    this.row.querySelector("progress").value = this.file.size ? bytes / this.file.size : 1;
    showOverall();
  }

  async run() {
    try {
      const line = (await this.held()) ?? (paused || this.state === "cancelled" ? null : await this.send());
      if (line) await this.finish(line);
    } catch (problem) {
      this.state = "failed";
      // What was answered is settled; what can no longer be read here can be chosen again.
      if (problem.message !== words.unreadable) this.settle();
      this.row.querySelector(".state").textContent = "";
      this.row.querySelector("p").textContent = problem.message;
      this.sent = this.file.size;
    }
  }

  /** It has arrived, or nobody wants it any more: nor what lies beside it. */
  settle() {
    for (const arrival of arrivals) if (arrival.job === this || arrival.file === this.sidecar) wanted.drop(batch, arrival);
  }

  async held() {
    if (!crypto.subtle || this.file.size > HASHED_UP_TO_BYTES || localStorage.getItem(fingerprint(this.file, { batch, person }))) return null;
    this.show("hashing");
    let digest;
    try {
      digest = await crypto.subtle.digest("SHA-256", await this.file.arrayBuffer());
    } catch {
      return null; // too large for this browser's memory: the archive compares after sending
    }
    const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const asked = new FormData();
    for (const [name, value] of Object.entries({ accession: batch, sha256, size: this.file.size, name: this.file.name, path: this.path })) asked.set(name, value);
    // What the sidecar says may be new, also where the bytes are not.
    if (this.sidecar) asked.set("sidecar", this.sidecar);
    if (this.stated) asked.set("stated", JSON.stringify(this.stated));
    try {
      const answer = await ask(page.dataset.alreadyHeld, { method: "POST", body: asked });
      return answer.ok ? (await answer.json()).line : null;
    } catch {
      return null; // no network, or signed out: sending waits for it
    }
  }

  send() {
    this.show("sending");
    this.upload = new Upload(this.file, {
      endpoint: page.dataset.uploads,
      batch,
      person,
      sidecar: this.sidecar,
      stated: this.stated,
      metadata: { accession: String(batch), filename: this.file.name, path: this.path },
      unreadable: words.unreadable,
      refused: { 401: words.signed_out, 403: words.may_not },
      onProgress: (bytes) => (this.show("sending"), this.progress(bytes)),
      onWaiting: (seconds, sentence) => {
        this.show("sending", sentence || say("waiting", { seconds }));
        this.isCutOff = !sentence;
        showOverall();
      },
    });
    return this.upload.run();
  }

  async finish(keys) {
    const [line, ...further] = String(keys).split(" ");
    this.settle();
    this.show("sent");
    this.sent = this.file.size;
    this.row.id = `line-${line}`;
    this.row.dataset.line = line;
    this.row.dataset.open = "";
    this.row.querySelector("progress").value = 1;
    this.row.querySelector("[data-cancel]").remove();
    let last = this.row;
    const place = (row) => (last === this.row ? last.replaceWith(row) : last.after(row), (last = row));
    // What had arrived before stands in its row already.
    for (const key of [line, ...further]) for (const row of document.querySelectorAll(`#line-${CSS.escape(key)}`)) if (row !== this.row) row.remove();
    await fetchLines([line, ...further], place).catch(() => {});
    if (isArchive(this.file)) await showTold().catch(() => {});
    if (this.upload?.files > further.length + 1) said.textContent = say("unpacked", { name: this.file.name, n: this.upload.files });
    this.state = "finished";
    follow();
  }

  async cancel() {
    this.show("cancelled");
    // What could not be thrown away there is swept as unfinished in time.
    await this.upload?.cancel().catch(() => sayFailure());
    this.row.remove();
    this.settle();
    for (const arrival of arrivals) if (arrival.job === this || arrival.file === this.sidecar) arrival.job = null;
    jobs.splice(jobs.indexOf(this), 1);
    showChosen();
    showOverall();
    work();
  }
}

// --- All of them ---------------------------------------------------------------------------------------------------

/**
 * Find the XMP file of each picture among what came together: NAME.jpg.xmp before NAME.xmp, the same case before another.
 * One that may belong to several pictures goes to none; it is sent by itself, and refused by name.
 */
function pairs(files) {
  const place = ({ file, path }) => path || file.name;
  const stem = (at) => at.replace(/(?<=[^/])\.[^./]*$/, "");
  const fold = (at) => at.normalize("NFC").toLowerCase();
  const isSidecar = (one) => /\.xmp$/i.test(place(one));
  const pictures = files.filter((one) => !isSidecar(one));
  const waiting = new Set(files.filter(isSidecar));
  const found = new Map();
  for (const fit of [(at) => at, fold, stem, (at) => fold(stem(at))]) {
    const isFolded = fit("A") === "a";
    const byName = new Map();
    for (const one of pictures) {
      const name = fit(place(one));
      byName.set(name, [...(byName.get(name) ?? []), one]);
    }
    for (const sidecar of waiting) {
      const named = place(sidecar).slice(0, -".xmp".length);
      let free = (byName.get(isFolded ? fold(named) : named) ?? []).filter(({ file }) => !found.has(file));
      const seen = free.filter(({ file }) => /^(image|video)\//.test(file.type));
      free = seen.length ? seen : free;
      if (free.length) waiting.delete(sidecar);
      if (free.length === 1) found.set(free[0].file, sidecar.file);
    }
  }
  return found;
}

/** Tell what a system left behind, by the rules of the command line. */
function isLitter(path) {
  const parts = path.toLowerCase().split("/");
  const name = parts.pop();
  if (litter.endings.some((ending) => name.endsWith(ending))) return true;
  return name.startsWith("._") || litter.files.includes(name) || parts.some((folder) => litter.folders.includes(folder));
}

const isArchive = ({ name }) => /\.zip$/i.test(name);

/** Order paths as the command line lists a folder: folder by folder, capitals first. */
function byPlace(one, other) {
  const [parts, others] = [one, other].map(({ file, path }) => (path || file.name).split("/"));
  const at = parts.findIndex((part, n) => part !== others[n]);
  if (at < 0) return parts.length - others.length;
  return others[at] === undefined || parts[at] > others[at] ? 1 : -1;
}

const isList = ({ name }) => /\.(csv|tsv)$/i.test(name);

/** Take the captions lists out of what was dropped; they are sent by themselves, now or once the accession is open. */
function takeLists(files) {
  const dropped = files.filter(({ file, path }) => isList(file) && !isLitter(path || file.name));
  const isNew = (one) => !lists.some(({ file, path }) => path === one.path && file.name === one.file.name && file.size === one.file.size);
  lists.push(...dropped.filter(isNew));
  for (const one of dropped) keepWanted(one);
  if (batch) sendLists();
  else showLists();
  return files.filter((one) => !dropped.includes(one));
}

function showLists() {
  listsShown.replaceChildren(
    ...lists.map((one) => {
      const row = document.createElement("li");
      const leave = Object.assign(document.createElement("button"), { type: "button", className: "button button--bare", textContent: words.leave_out });
      leave.setAttribute("aria-label", say("leave_out_list", { name: one.file.name }));
      leave.addEventListener("click", () => {
        lists = lists.filter((other) => other !== one);
        wanted.drop(batch, one);
        showLists();
        foresee();
      });
      row.append(say("list_kept", { name: one.path || one.file.name }), " ", leave);
      return row;
    }),
  );
  listsShown.hidden = !lists.length;
  showChosen();
}

chooseLists.addEventListener("change", () => {
  add([...chooseLists.files].map((file) => ({ file, path: "" })));
  chooseLists.value = "";
});

class NotTaken extends Error {} // at this moment; the message is for people

/** Send a list, or a sidecar without its picture, to the open accession; what cannot be read becomes a row of its own. */
async function sendWords({ file, path }) {
  const asked = new FormData();
  asked.set("accession", batch);
  asked.set("path", path || file.name);
  asked.set("file", file);
  const answer = await ask(page.dataset.words, { method: "POST", body: asked });
  // What the archive could not take at this moment is sent again.
  if (answer.status >= 500) throw new NotTaken();
  if (answer.status === 403) throw new NotTaken(await answer.text());
  if (!answer.ok) return void sayAnswer(answer);
  const { line } = await answer.json();
  wanted.drop(batch, { file, path });
  if (!line) return;
  const row = document.createElement("tr");
  row.id = `line-${line}`;
  body.append(row);
  document.getElementById("files-table").hidden = false;
  await fetchLines([line], (shown) => row.replaceWith(shown));
}

/** Send the lists before the files that they speak of are announced, and lone sidecars; without an answer, again. */
function sendLists() {
  announcing = announcing.then(async () => {
    while (lists.length) {
      try {
        await sendWords(lists[0]);
      } catch (problem) {
        if (!(problem instanceof SignedOut)) sayFailure("text/plain", problem instanceof NotTaken ? problem.message : "");
        return void setTimeout(sendLists, ASKED_AGAIN_MS);
      }
      lists.shift();
    }
    showLists();
    await showTold().catch(() => {});
    follow();
  });
}

/** Before anything is sent: which row would go to which file, and what is wrong with the lists. */
let foreseeing;
function foresee() {
  clearTimeout(foreseeing);
  if (batch) return;
  foreseeing = setTimeout(async () => {
    for (const { job } of arrivals) job?.showWords();
    foreseen.replaceChildren();
    foreseen.closest("section").hidden = true;
    if (!lists.length) return;
    const files = arrivals.filter(({ job }) => job);
    const asked = new FormData();
    asked.set("files", new Blob([JSON.stringify(files.map(({ file, path }) => [path || file.name, file.size]))]), "files.json");
    for (const { file } of lists) asked.append("captions", file);
    const answer = await ask(page.dataset.rows, { method: "POST", body: asked }).catch(() => null);
    if (!answer?.ok || batch) return;
    const told = await answer.json();
    for (const [n, { job }] of files.entries()) job.showWords(told.said_by[n], told.stated[n]);
    for (const text of told.problems) showRemark({ text, is_problem: true }, foreseen);
    told.remarks.forEach((remark) => showRemark(remark, foreseen));
    if (!files.length) return;
    const without = files.length - Object.keys(told.stated).length;
    const sum = say("rows_found", { n: Object.keys(told.stated).length, all: files.length });
    showRemark({ text: without ? `${sum} ${say("rows_missing", { n: without })}` : sum, is_problem: false }, foreseen);
  }, FORESEEN_MS);
}

function add(dropped) {
  dropped = again(dropped);
  const files = takeLists(dropped).sort(byPlace);
  if (!files.length && dropped.length) return foresee();
  let added = 0;
  let leftOut = 0;
  const sidecars = pairs(files);
  const sidecarFiles = new Set(sidecars.values());
  for (const { file, path } of files) {
    if (arrivals.some((one) => one.job !== null && one.path === path && one.file.name === file.name && one.file.size === file.size)) continue;
    const arrival = { file, path };
    arrivals.push(arrival);
    if (isLitter(path || file.name)) {
      leftOut += 1;
      continue;
    }
    keepWanted(arrival);
    if (sidecarFiles.has(file)) continue;
    addJob(arrival, sidecars.get(file));
    added += 1;
  }
  document.getElementById("files-table").hidden = !body.children.length;
  said.textContent = [added ? "" : words.empty_folder, leftOut ? say(leftOut === 1 ? "left_out_one" : "left_out", { n: leftOut }) : ""].join(" ").trim();
  showChosen();
  if (batch) announce();
  else foresee();
}

function addJob(arrival, sidecar) {
  const { file, path } = arrival;
  arrival.job = new Job(file, path, sidecar);
  jobs.push(arrival.job);
  body.append(arrival.job.row);
}

/** Tell the archive of what is about to be sent, and do as it says; without an answer nothing is sent, and it is asked again. */
let announcing = Promise.resolve();
function announce() {
  announcing = announcing.then(async () => {
    const fresh = arrivals.filter((one) => !one.announced && one.job !== null);
    if (!fresh.length) return;
    const asked = new FormData();
    asked.set("accession", batch);
    const files = fresh.map(({ file, path }) => [path || file.name, file.size]);
    asked.set("files", new Blob([JSON.stringify(files)]), "files.json");
    const answer = await ask(page.dataset.announce, { method: "POST", body: asked }).catch((problem) => problem);
    isCutOff = answer instanceof TypeError;
    if (answer instanceof Error || !answer.ok) {
      showOverall();
      if (!(answer instanceof SignedOut || isCutOff)) answer.status ? sayAnswer(answer) : sayFailure();
      setTimeout(announce, ASKED_AGAIN_MS);
      return;
    }
    await applyAnswer(await answer.json(), fresh);
    work();
  });
}

async function applyAnswer(told, fresh) {
  const beside = new Set([...Object.values(told.sidecars), ...told.words]);
  for (const [n, arrival] of fresh.entries()) {
    arrival.announced = true;
    const isAlone = !beside.has(n) && !told.left_out.includes(n);
    // What goes with another file, or with none, has no row of its own.
    if (arrival.job && !isAlone) {
      arrival.job.row.remove();
      jobs.splice(jobs.indexOf(arrival.job), 1);
      arrival.job = undefined;
    } else if (!arrival.job && isAlone) addJob(arrival);
    if (!arrival.job) continue;
    const { job } = arrival;
    job.sidecar = fresh[told.sidecars[n]]?.file ?? null;
    job.stated = told.stated[n];
    job.told = true;
    job.showSize();
    job.showWords(told.said_by[n], told.stated[n]);
    if (told.refused[n]) await job.finish(told.refused[n]);
  }
  told.remarks.forEach((remark) => showRemark(remark));
  lists.push(...told.words.map((n) => fresh[n]));
  if (told.words.length) sendLists();
  await showTold().catch(() => {});
}

/** Add a line to what has to be looked at; the page of the delivery has it too. */
function showRemark({ about, text, is_problem: isProblem }, place = remarks) {
  const row = document.createElement("li");
  if (isProblem) {
    row.append(Object.assign(document.createElement("span"), { className: "state", textContent: words.not_used }), " ");
    row.firstElementChild.dataset.state = "refused";
  }
  if (about) row.append(Object.assign(document.createElement("strong"), { textContent: about }), ": ");
  row.append(text);
  place.append(row);
  place.closest("section").hidden = false;
}

/** Show all that has to be looked at, also what was found in an archive, and which words wait for their files. */
async function showTold() {
  const answer = await ask(location.pathname);
  if (!answer.ok) return;
  const told = new DOMParser().parseFromString(await answer.text(), "text/html");
  remarks.replaceChildren(...told.getElementById("remarks").children);
  remarks.closest("section").hidden = !remarks.children.length;
  document.getElementById("beside-words").replaceWith(told.getElementById("beside-words"));
}

/** Find the next file to send. Of the same bytes under two names the first leads: one waits for what may be its twin. */
function nextJob() {
  const begun = new Set();
  for (const job of jobs) {
    if (job.state === "queued" && job.told && !begun.has(job.file.size)) return job;
    if (!["finished", "failed", "cancelled"].includes(job.state)) begun.add(job.file.size);
  }
  return undefined;
}

let running = 0;
function work() {
  while (batch && !paused && running < AT_ONCE) {
    const job = nextJob();
    if (!job) break;
    running += 1;
    if (job.state === "queued") job.state = "starting";
    job.run().finally(() => {
      running -= 1;
      if (paused && job.state !== "finished" && job.state !== "failed") job.show("paused");
      showOverall();
      work();
    });
  }
  showOverall();
}

function showChosen() {
  const waiting = jobs.filter(({ state }) => state === "queued");
  const bytes = size(waiting.reduce((sum, { file }) => sum + file.size, 0));
  if (!waiting.length && lists.length && !batch) {
    start.textContent = words.lists_only;
    return;
  }
  start.textContent = !waiting.length ? words.choose_first : say(waiting.length === 1 ? "chosen_one" : "chosen", { n: waiting.length, size: bytes });
}

// --- Somebody else signed in meanwhile -------------------------------------------------------------------------------

// What is sent from here bears the name of whoever is signed in, and these files were chosen in another name: nothing
// goes on until that one is signed in again, or this one says that the files are theirs.
const another = document.getElementById("another-person");
document.addEventListener("another-person", ({ detail }) => {
  another.hidden = !detail.person;
  if (!detail.person || another.dataset.other === detail.person) return;
  another.dataset.other = detail.person;
  for (const place of another.querySelectorAll("[data-name]")) place.textContent = detail.name;
});

another.querySelector("[data-go-on]").addEventListener("click", async () => {
  person = another.dataset.other;
  document.body.dataset.person = page.dataset.person = person;
  wanted = new Wanted(person);
  if (batch) wanted.open(batch, document.getElementById("batch-link").textContent);
  const unsent = jobs.filter(({ state }) => !["finished", "failed"].includes(state));
  const files = new Set(unsent.flatMap(({ file, sidecar }) => [file, sidecar]));
  for (const one of [...arrivals.filter(({ file }) => files.has(file)), ...lists]) keepWanted(one);
  for (const { upload } of jobs) upload?.sendAs(person);
  another.hidden = true;
  // Their session goes on in this accession too.
  if (batch) await ask(`${location.pathname}?accession=${batch}`).catch(() => {});
  for (const { upload } of jobs) upload?.wake?.();
  work();
});

// The rate is that of the last seconds, so that a pause does not weigh on it.
const marks = [];
// The archive could not be told of files; each file that is being sent knows for itself.
let isCutOff = false;
function showOverall() {
  const total = jobs.reduce((sum, { file }) => sum + file.size, 0);
  const sent = jobs.reduce((sum, job) => sum + job.sent, 0);
  const done = jobs.filter(({ state }) => state === "finished" || state === "failed").length;
  overall.hidden = !batch || !jobs.length;
  overall.querySelector("progress").value = total ? sent / total : 0;
  const lost = done < jobs.length && (isCutOff || !navigator.onLine || jobs.some((job) => job.isCutOff));
  overall.querySelector("[data-words]").textContent =
    done < jobs.length ? say("whole", { done, all: jobs.length, bytes: size(sent), total: size(total) }) : say(done === 1 ? "finished_one" : "finished", { n: done });
  const now = performance.now();
  marks.push([now, sent]);
  while (marks.length > 2 && now - marks[0][0] > 8000) marks.shift();
  const rate = (sent - marks[0][1]) / Math.max((now - marks[0][0]) / 1000, 0.5);
  const running = done < jobs.length && !paused && !lost && rate > 0;
  if (lost) marks.length = 0;
  overall.querySelector("[data-lost]").hidden = !lost;
  overall.querySelector("[data-rate]").textContent = running ? say("rate", { rate: size(rate), left: duration((total - sent) / rate) }) : "";
  pause.hidden = done === jobs.length;
}

pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? words.resume : words.pause;
  marks.length = 0;
  for (const job of jobs) {
    if (paused) job.upload?.stop();
    else if (job.state === "paused") job.show("queued");
  }
  work();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!jobs.length && !lists.length) return document.getElementById("files").click();
  start.disabled = true;
  for (const old of document.querySelectorAll("[data-told]")) old.remove();
  const fields = new FormData(form);
  fields.delete("files");
  fields.delete("folder");
  fields.delete("captions");
  for (const { file } of lists) fields.append("captions", file);
  const answer = await ask(page.dataset.openBatch, { method: "POST", body: fields }).catch((problem) => problem);
  start.disabled = false;
  if (answer instanceof SignedOut) return; // the page says it
  if (answer instanceof Error) return sayFailure();
  if (!answer.ok) return answer.status === 422 ? tell((await answer.json()).errors) : sayAnswer(answer);
  const opened = await answer.json();
  batch = String(opened.id);
  wanted.open(batch, opened.title);
  for (const one of lists) wanted.drop(batch, one);
  document.querySelector(".lines").dataset.lines = page.dataset.linesOf.replace("/0/", `/${batch}/`);
  lists = [];
  showLists();
  foreseen.closest("section").hidden = true;
  form.hidden = true;
  document.getElementById("batch-facts").hidden = false;
  const link = document.getElementById("batch-link");
  link.href = opened.url;
  link.textContent = opened.title;
  document.querySelector("[data-facts]").innerHTML = opened.facts;
  link.focus();
  await showTold().catch(() => {});
  announce();
});

function tell(errors) {
  for (const [name, sentences] of Object.entries(errors)) {
    const error = document.createElement("p");
    error.className = "field__error";
    error.dataset.told = "";
    error.textContent = sentences.join(" ");
    (name === "captions" ? drop : form.elements[name]?.closest(".field, .drop")).append(error);
    form.elements[name]?.focus?.();
  }
}

// --- Dropping and choosing -----------------------------------------------------------------------------------------

async function* walk(entry, path = "") {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    yield { file, path: path + entry.name };
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return; // a folder is told in parts, the last one empty
    for (const inner of entries) yield* walk(inner, `${path}${entry.name}/`);
  }
}

// The whole page takes the drop: a near miss must not make the browser open the picture instead.
let depth = 0;
addEventListener("dragenter", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  depth += 1;
  drop.classList.add("drop--over");
});
addEventListener("dragleave", () => {
  depth = Math.max(depth - 1, 0);
  if (!depth) drop.classList.remove("drop--over");
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", async (event) => {
  event.preventDefault();
  depth = 0;
  drop.classList.remove("drop--over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const found = [];
  let failed = false;
  try {
    for (const entry of entries) for await (const one of walk(entry)) found.push(one);
  } catch {
    failed = true; // a folder that may not be read, or that changed meanwhile: what was found before is taken
  }
  add(found.length ? found : [...event.dataTransfer.files].map((file) => ({ file, path: "" })));
  if (failed) sayFailure("text/plain", words.unreadable);
});

for (const name of ["files", "folder"]) {
  document.getElementById(name).addEventListener("change", (event) => {
    add([...event.target.files].map((file) => ({ file, path: file.webkitRelativePath })));
    event.target.value = "";
  });
}

addEventListener("beforeunload", (event) => {
  if (batch && isSending()) event.preventDefault();
});

// Without progress the rate of the last seconds falls; without network it is told at once.
setInterval(() => batch && isSending() && showOverall(), 1000);
addEventListener("online", showOverall);
addEventListener("offline", showOverall);

// --- After a reload ------------------------------------------------------------------------------------------------

const isSending = () => jobs.some(({ state }) => !["finished", "failed"].includes(state));
const missing = document.getElementById("missing");

let isFull = false;
function keepWanted(arrival) {
  if (wanted.keep(batch, arrival) || isFull) return;
  isFull = true;
  showRemark({ text: words.list_not_kept, is_problem: false });
}

/** Find what is wanted among files that are chosen now: they take the place of their rows, and the paths they had. */
function again(files) {
  const rows = [...body.querySelectorAll("tr[data-wanted]")];
  if (!rows.length) return files;
  const others = [];
  files = files.map((one) => {
    const fits = rows.filter((row) => row.one.name === one.file.name && row.one.size === one.file.size);
    const row =
      fits.find(({ one: { path } }) => path === one.path) ?? fits.find(({ one: { modified } }) => modified === one.file.lastModified) ?? fits[0];
    if (!row) {
      if (rows.some((other) => other.one.name === one.file.name)) others.push(one.file.name);
      return one;
    }
    rows.splice(rows.indexOf(row), 1);
    wanted.forget(batch, row.one);
    row.remove();
    return { file: one.file, path: row.one.path };
  });
  if (others.length) showRemark({ text: say("not_the_same", { names: others.slice(0, 5).join(", ") }), is_problem: false });
  showMissing();
  return files;
}

/** Show what is wanted still, each with a row, and the one act by which all of it is chosen again. */
function showWanted() {
  for (const one of wanted.of(batch)) {
    if ([...arrivals, ...lists].some(({ file, path }) => file.name === one.name && file.size === one.size && path === one.path)) continue;
    const row = document.getElementById("sending").content.firstElementChild.cloneNode(true);
    row.dataset.wanted = "";
    row.one = one;
    row.querySelector("strong").textContent = one.name;
    row.querySelector(".quiet").textContent = size(one.size) + (one.path && one.path !== one.name ? ` · ${one.path}` : "");
    row.querySelector(".state").textContent = words.again;
    row.querySelector("progress").remove();
    const cancel = row.querySelector("[data-cancel]");
    cancel.setAttribute("aria-label", say("cancel", { name: one.name }));
    cancel.addEventListener("click", () => leave([row]));
    body.append(row);
  }
  showMissing();
}

function leave(rows) {
  for (const row of rows) {
    wanted.forget(batch, row.one);
    forget(fingerprint({ name: row.one.name, size: row.one.size, lastModified: row.one.modified }, { batch, person }));
    row.remove();
  }
  showMissing();
}

function showMissing() {
  const rows = [...body.querySelectorAll("tr[data-wanted]")];
  missing.hidden = !rows.length;
  document.getElementById("files-table").hidden = !body.children.length;
  const bytes = size(rows.reduce((sum, { one }) => sum + one.size, 0));
  missing.querySelector("[data-words]").textContent = say(rows.length === 1 ? "missing_one" : "missing", { n: rows.length, size: bytes });
}

missing.querySelector("[data-leave-all]").addEventListener("click", () => leave([...body.querySelectorAll("tr[data-wanted]")]));

// Another tab may be sending for the same accession: its files are not asked for here.
const tabs = new BroadcastChannel("strandline.uploads");
tabs.addEventListener("message", ({ data }) => {
  if (data.person !== page.dataset.person || data.batch !== (batch || NEW)) return;
  if (data.asks && jobs.length && (isSending() || !batch)) tabs.postMessage({ person: data.person, batch: data.batch, sends: true });
  if (data.sends && !jobs.length) {
    for (const row of body.querySelectorAll("tr[data-wanted]")) row.remove();
    showMissing();
    document.getElementById("other-tab").hidden = false;
  }
  if (data.ends && !document.getElementById("other-tab").hidden) {
    document.getElementById("other-tab").hidden = true;
    showWanted();
  }
});
addEventListener("pagehide", () => jobs.length && tabs.postMessage({ person: page.dataset.person, batch: batch || NEW, ends: true }));

showWanted();
tabs.postMessage({ person: page.dataset.person, batch: batch || NEW, asks: true });
for (const { batch: other, title, number } of wanted.others(batch)) {
  const row = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: `?accession=${other}`, textContent: title });
  row.append(say(number === 1 ? "elsewhere_one" : "elsewhere", { n: number }), " ", link);
  document.getElementById("elsewhere").append(row);
  document.getElementById("elsewhere").hidden = false;
}
