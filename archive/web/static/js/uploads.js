// The page to upload: files dropped or chosen wait in the table, "Upload" opens the accession, two at a time are sent.
// The archive is told of all of them first: it pairs sidecars and rows of the captions list by the rules of the command
// line. A file is compared by its SHA-256 before it is sent, so bytes that are held are not sent at all.
import { fetchLines, follow } from "./lines.js";
import { sayAnswer, sayFailure } from "./saying.js";
import { SignedOut, ask } from "./session.js";
import { Upload, fingerprint, forget, unfinished } from "./tus.js";

const AT_ONCE = 2;
const ASKED_AGAIN_MS = 5000;
const HASHED_UP_TO_BYTES = 256 * 1024 * 1024;

const page = document.getElementById("upload");
const form = document.getElementById("batch-form");
const drop = document.getElementById("drop");
const overall = document.getElementById("overall");
const body = document.querySelector(".lines tbody");
const start = document.getElementById("start");
const list = document.getElementById("captions");
const remarks = document.getElementById("remarks");
const pause = document.getElementById("pause");
const said = document.getElementById("said");
const words = JSON.parse(document.getElementById("sentences").textContent);
const litter = JSON.parse(document.getElementById("litter").textContent);

let batch = page.dataset.batch;
let paused = false;
const jobs = [];
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
    this.row.querySelector(".state").textContent = words[state] ?? "";
    this.row.querySelector("p").textContent = sentence;
  }

  showSize() {
    const { file, path, sidecar } = this;
    const beside = (path && path !== file.name ? ` · ${path}` : "") + (sidecar ? ` + ${sidecar.name}` : "");
    this.row.querySelector(".quiet").textContent = size(file.size) + beside;
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
      this.row.querySelector(".state").textContent = "";
      this.row.querySelector("p").textContent = problem.message;
      this.sent = this.file.size;
    }
  }

  async held() {
    if (!crypto.subtle || this.file.size > HASHED_UP_TO_BYTES || localStorage.getItem(fingerprint(this.file, batch))) return null;
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
      sidecar: this.sidecar,
      stated: this.stated,
      listed: this.listed,
      metadata: { accession: String(batch), filename: this.file.name, path: this.path },
      unreadable: words.unreadable,
      signedOut: words.signed_out,
      onProgress: (bytes) => (this.show("sending"), this.progress(bytes)),
      onWaiting: (seconds, sentence) => this.show("sending", sentence || say("waiting", { seconds })),
    });
    return this.upload.run();
  }

  async finish(keys) {
    const [line, ...further] = String(keys).split(" ");
    this.show("sent");
    this.sent = this.file.size;
    this.row.id = `line-${line}`;
    this.row.dataset.line = line;
    this.row.dataset.open = "";
    this.row.querySelector("progress").value = 1;
    this.row.querySelector("[data-cancel]").remove();
    let last = this.row;
    const place = (row) => (last === this.row ? last.replaceWith(row) : last.after(row), (last = row));
    await fetchLines([line, ...further], place).catch(() => {});
    if (isArchive(this.file)) await showRemarks().catch(() => {});
    if (this.upload?.files > further.length + 1) said.textContent = say("unpacked", { name: this.file.name, n: this.upload.files });
    this.state = "finished";
    follow();
  }

  async cancel() {
    this.show("cancelled");
    // What could not be thrown away there is swept as unfinished in time.
    await this.upload?.cancel().catch(() => sayFailure());
    this.row.remove();
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

/** Take a captions list that was dropped by itself beside the pictures, as if it had been chosen in the form. */
function takeList(files) {
  const lists = files.filter(({ file, path }) => /\.(csv|tsv)$/i.test(file.name) && !path.includes("/"));
  if (lists.length !== 1) return files;
  const chosen = new DataTransfer();
  chosen.items.add(lists[0].file);
  list.files = chosen.files;
  showList();
  return files.filter((one) => one !== lists[0]);
}

function showList() {
  const line = document.getElementById("list-chosen");
  line.hidden = !list.files.length;
  line.textContent = list.files.length ? say("list_kept", { name: list.files[0].name }) : "";
}
list.addEventListener("change", showList);

function add(dropped) {
  const files = takeList(dropped).sort(byPlace);
  if (!files.length && dropped.length) return;
  let added = 0;
  let leftOut = 0;
  const sidecars = pairs(files);
  const sidecarFiles = new Set(sidecars.values());
  for (const { file, path } of files) {
    if (arrivals.some((one) => one.job !== null && one.path === path && one.file.name === file.name && one.file.size === file.size)) continue;
    const arrival = { file, path };
    arrivals.push(arrival);
    if (sidecarFiles.has(file)) continue;
    if (isLitter(path || file.name)) {
      leftOut += 1;
      continue;
    }
    addJob(arrival, sidecars.get(file));
    added += 1;
  }
  document.getElementById("files-table").hidden = !body.children.length;
  said.textContent = [added ? "" : words.empty_folder, leftOut ? say(leftOut === 1 ? "left_out_one" : "left_out", { n: leftOut }) : ""].join(" ").trim();
  showChosen();
  if (batch) announce();
}

function addJob(arrival, sidecar) {
  const { file, path } = arrival;
  arrival.job = new Job(file, path, sidecar);
  jobs.push(arrival.job);
  body.querySelector(`[data-again="${CSS.escape(fingerprint(file, batch))}"]`)?.remove();
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
    if (list.files.length) asked.set("captions", list.files[0]);
    if (arrivals.some((one) => one.announced)) asked.set("further", "1");
    const answer = await ask(page.dataset.announce, { method: "POST", body: asked }).catch((problem) => problem);
    if (answer instanceof Error || !answer.ok) {
      if (answer.status === 422) {
        for (const text of (await answer.json()).errors.captions) showRemark({ text, is_problem: true });
        list.value = "";
        showList();
      } else if (!(answer instanceof SignedOut)) answer.status ? sayAnswer(answer) : sayFailure();
      setTimeout(announce, ASKED_AGAIN_MS);
      return;
    }
    await applyAnswer(await answer.json(), fresh);
    work();
  });
}

async function applyAnswer(told, fresh) {
  const beside = new Set(Object.values(told.sidecars));
  const archives = fresh.filter(({ file }) => isArchive(file)).length;
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
    if (told.rows.length && isArchive(job.file)) job.listed = { captions: list.files[0], rows: told.rows, several: archives > 1 };
    job.told = true;
    job.showSize();
    if (told.refused[n]) await job.finish(told.refused[n]);
  }
  told.remarks.forEach(showRemark);
}

/** Add a line to what has to be looked at; the page of the delivery has it too. */
function showRemark({ about, text, is_problem: isProblem }) {
  const row = document.createElement("li");
  if (isProblem) {
    row.append(Object.assign(document.createElement("span"), { className: "state", textContent: words.not_used }), " ");
    row.firstElementChild.dataset.state = "refused";
  }
  if (about) row.append(Object.assign(document.createElement("strong"), { textContent: about }), ": ");
  row.append(text);
  remarks.append(row);
  remarks.closest("section").hidden = false;
}

/** Show all that has to be looked at, also what was found in an archive. */
async function showRemarks() {
  const answer = await ask(location.pathname);
  if (!answer.ok) return;
  const told = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("remarks");
  remarks.replaceChildren(...told.children);
  remarks.closest("section").hidden = !remarks.children.length;
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
  start.textContent = !waiting.length ? words.choose_first : say(waiting.length === 1 ? "chosen_one" : "chosen", { n: waiting.length, size: bytes });
}

// The rate is that of the last seconds, so that a pause does not weigh on it.
const marks = [];
function showOverall() {
  const total = jobs.reduce((sum, { file }) => sum + file.size, 0);
  const sent = jobs.reduce((sum, job) => sum + job.sent, 0);
  const done = jobs.filter(({ state }) => state === "finished" || state === "failed").length;
  overall.hidden = !batch || !jobs.length;
  overall.querySelector("progress").value = total ? sent / total : 0;
  overall.querySelector("[data-words]").textContent =
    done === jobs.length ? say("finished", { n: done }) : say("whole", { done, all: jobs.length, bytes: size(sent), total: size(total) });
  const now = performance.now();
  marks.push([now, sent]);
  while (marks.length > 2 && now - marks[0][0] > 8000) marks.shift();
  const rate = (sent - marks[0][1]) / Math.max((now - marks[0][0]) / 1000, 0.5);
  const running = done < jobs.length && !paused && rate > 0;
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
  if (!jobs.length) return document.getElementById("files").click();
  start.disabled = true;
  for (const old of document.querySelectorAll("[data-told]")) old.remove();
  const fields = new FormData(form);
  fields.delete("files");
  fields.delete("folder");
  const answer = await ask(page.dataset.openBatch, { method: "POST", body: fields }).catch((problem) => problem);
  start.disabled = false;
  if (answer instanceof SignedOut) return; // the page says it
  if (answer instanceof Error) return sayFailure();
  if (!answer.ok) return answer.status === 422 ? tell((await answer.json()).errors) : sayAnswer(answer);
  const opened = await answer.json();
  batch = String(opened.id);
  document.querySelector(".lines").dataset.lines = page.dataset.linesOf.replace("/0/", `/${batch}/`);
  form.hidden = true;
  document.getElementById("batch-facts").hidden = false;
  const link = document.getElementById("batch-link");
  link.href = opened.url;
  link.textContent = opened.title;
  document.querySelector("[data-facts]").innerHTML = opened.facts;
  link.focus();
  announce();
});

function tell(errors) {
  for (const [name, sentences] of Object.entries(errors)) {
    const error = document.createElement("p");
    error.className = "field__error";
    error.dataset.told = "";
    error.textContent = sentences.join(" ");
    form.elements[name]?.closest(".field, .drop").append(error);
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
  if (batch && jobs.some(({ state }) => !["finished", "failed"].includes(state))) event.preventDefault();
});

// After a reload: what was begun and not finished waits for the same file.
for (const { key, name, size: whole } of batch ? unfinished(batch) : []) {
  const row = document.getElementById("sending").content.firstElementChild.cloneNode(true);
  row.dataset.again = key;
  row.querySelector("strong").textContent = name;
  row.querySelector(".quiet").textContent = size(whole);
  row.querySelector("p").textContent = words.again;
  row.querySelector("progress").remove();
  row.querySelector("[data-cancel]").addEventListener("click", () => (forget(key), row.remove()));
  body.prepend(row);
  document.getElementById("files-table").hidden = false;
}
