// Uploads by the tus 1.0.0 protocol: one file, in chunks with a checksum, that goes on after a break of the network
// (waiting longer each time) and after a reload of the page (the address of the upload is remembered in the browser).

import { headers as own, sayIsAnother, sayIsSignedOut } from "./session.js";
import { BEGUN } from "./wanted.js";

const CHUNK_BYTES = 8 * 1024 * 1024;
const LONGEST_WAIT_MS = 30_000;

/** The same file chosen again has the same fingerprint; its batch and who sends it are part of it. */
export const fingerprint = ({ name, size, lastModified }, { batch, person }) => `${BEGUN}${person}.${batch}.${name}.${size}.${lastModified}`;

export const forget = (key) => localStorage.removeItem(key);

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const base64OfBytes = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

class Broken extends Error {} // worth another try
class Refused extends Error {} // not worth one; the message is for people

export class Upload {
  /**
   * @param {File} file
   * @param {{endpoint: string, batch: number, person: string, metadata: Object<string, string>,
   *          refused: Object<number, string>, unreadable: string, onProgress: (bytes: number) => void, onWaiting: (seconds: number, sentence: string) => void, sidecar?: File, stated?: Object}} options
   */
  constructor(file, options) {
    this.file = file;
    this.options = options;
    this.key = fingerprint(file, options);
    this.sent = 0;
    this.stopped = false;
  }

  /** Send until all has arrived; resolves to the keys of its accession lines, or to null when it was stopped. */
  async run() {
    this.stopped = false;
    let failures = 0;
    while (!this.stopped) {
      try {
        if (!this.url) await this.#find();
        if (this.line) break;
        const before = this.sent;
        await this.#sendChunk();
        if (this.line) break;
        if (this.sent > before) failures = 0;
      } catch (problem) {
        if (this.stopped) return null;
        if (!(problem instanceof Broken)) throw problem;
        failures += 1;
        this.url = undefined; // ask the archive how much it has before going on
        await this.#wait(Math.min(1000 * 2 ** (failures - 1), LONGEST_WAIT_MS), problem.message);
      }
    }
    if (!this.line) return null;
    forget(this.key);
    return this.line;
  }

  /** Go on in the name of somebody else, whose it is from now on: what was begun in another name is theirs. */
  sendAs(person) {
    forget(this.key);
    this.options.person = person;
    this.key = fingerprint(this.file, this.options);
    this.url = undefined;
  }

  stop() {
    this.stopped = true;
    this.request?.abort();
    this.wake?.();
  }

  /** Stop, and let the archive drop what it has. */
  async cancel() {
    this.stop();
    const url = this.url ?? this.#remembered()?.url;
    forget(this.key);
    if (url) await this.#ask("DELETE", url);
  }

  #remembered() {
    const noted = localStorage.getItem(this.key);
    return noted ? JSON.parse(noted) : null;
  }

  /** Find the upload this file began earlier, or begin one. */
  async #find() {
    const noted = this.#remembered();
    if (noted) {
      const answer = await this.#ask("HEAD", noted.url);
      if (answer.status === 200) {
        this.url = noted.url;
        this.#arrived(answer);
        return;
      }
      forget(this.key);
    }
    const metadata = Object.entries(this.options.metadata).map(([name, value]) => `${name} ${base64(value)}`);
    const headers = { "Upload-Length": String(this.file.size), "Upload-Metadata": metadata.join(",") };
    // The XMP file that lies beside a picture, and its row of the captions list, travel with its first word.
    const { sidecar, stated } = this.options;
    const beside = sidecar || stated ? new FormData() : null;
    if (sidecar) beside.set("sidecar", sidecar);
    if (stated) beside.set("stated", JSON.stringify(stated));
    const answer = await this.#ask("POST", this.options.endpoint, headers, beside);
    if (answer.status !== 201) throw new Refused(answer.text);
    this.url = answer.header("Location");
    this.#arrived(answer);
    const note = { url: this.url, name: this.file.name, size: this.file.size };
    if (!this.line) localStorage.setItem(this.key, JSON.stringify(note));
  }

  async #sendChunk() {
    const chunk = this.file.slice(this.sent, this.sent + CHUNK_BYTES);
    const headers = { "Upload-Offset": String(this.sent), "Content-Type": "application/offset+octet-stream" };
    let body;
    try {
      body = await chunk.arrayBuffer();
    } catch {
      throw new Refused(this.options.unreadable);
    }
    if (crypto.subtle) headers["Upload-Checksum"] = `sha256 ${base64OfBytes(await crypto.subtle.digest("SHA-256", body))}`;
    if (this.stopped) return;
    const answer = await this.#ask("PATCH", this.url, headers, body, (bytes) => this.options.onProgress(this.sent + bytes));
    // Another offset, an altered chunk: both are cured by asking where the archive stands.
    if ([409, 460].includes(answer.status)) throw new Broken();
    if (answer.status !== 204) throw new Refused(answer.text);
    this.#arrived(answer);
  }

  #arrived(answer) {
    this.sent = Number(answer.header("Upload-Offset") ?? 0);
    // Of an archive several, with spaces between.
    this.line = answer.header("Strandline-Line");
    this.files = Number(answer.header("Strandline-Files") ?? 1);
    this.options.onProgress(this.sent);
  }

  #ask(method, url, headers = {}, body = null, onProgress = null) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.setRequestHeader("Tus-Resumable", "1.0.0");
      for (const [name, value] of Object.entries({ ...own(), ...headers })) request.setRequestHeader(name, value);
      if (onProgress) request.upload.onprogress = (event) => onProgress(event.loaded);
      request.onload = () => {
        sayIsSignedOut(request.status === 401);
        const isOfAnother = request.getResponseHeader("Strandline-Person");
        if (request.status !== 401) sayIsAnother((name) => request.getResponseHeader(name));
        if (isOfAnother) return reject(new Broken(request.responseText));
        // Signed out, or a session that may not upload now: nothing of the file is lost, so wait for it as for the network.
        if (request.status in this.options.refused) return reject(new Broken(this.options.refused[request.status]));
        // Of a disk that is too full the archive's sentence is told; it is tried again, for room may be made.
        // Nor is one lost that did not get its turn.
        if ([423, 507].includes(request.status)) return reject(new Broken(request.responseText));
        if (request.status >= 500 || [408, 429].includes(request.status)) return reject(new Broken());
        resolve({ status: request.status, text: request.responseText, header: (name) => request.getResponseHeader(name) });
      };
      request.onerror = request.ontimeout = request.onabort = () => reject(new Broken());
      if (method !== "DELETE") this.request = request;
      request.send(body);
    });
  }

  /** Wait, but not when the network comes back or somebody stops it. */
  async #wait(milliseconds, sentence = "") {
    this.options.onWaiting(Math.round(milliseconds / 1000), sentence);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => (clearTimeout(timer), resolve());
      addEventListener("online", this.wake, { once: true });
    });
    removeEventListener("online", this.wake);
  }
}
