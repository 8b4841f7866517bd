// What was chosen to be uploaded and has not arrived, kept in this browser over a reload: names and sizes, for bytes
// cannot be kept there. One entry a file, so that two tabs never write over each other's list.

const KEPT = "strandline.wanted.";
const TITLE = "strandline.wanted-title.";
// The addresses of uploads that were begun (tus.js).
export const BEGUN = "strandline.upload.";
// Before the accession is opened.
export const NEW = "new";

/** Leave the names of files to nobody else who sits here: forget what is kept for all people but this one. */
export function forgetNames({ butOf = "" } = {}) {
  for (const key of Object.keys(localStorage)) {
    const kind = [KEPT, TITLE, BEGUN].find((prefix) => key.startsWith(prefix));
    if (kind && (!butOf || !key.startsWith(`${kind}${butOf}.`))) localStorage.removeItem(key);
  }
}

export class Wanted {
  /** @param {string} person whose list it is: several may use one browser */
  constructor(person) {
    this.person = person;
  }

  #prefix = (batch) => `${KEPT}${this.person}.${batch || NEW}.`;
  #key = (batch, { file, path }) => this.#prefix(batch) + JSON.stringify([path, file.name, file.size, file.lastModified]);

  /** Keep a file until it has arrived; false where the browser has no room for that. */
  keep(batch, arrival) {
    try {
      localStorage.setItem(this.#key(batch, arrival), "");
      return true;
    } catch {
      return false;
    }
  }

  drop(batch, arrival) {
    localStorage.removeItem(this.#key(batch, arrival));
  }

  forget(batch, { key }) {
    localStorage.removeItem(this.#prefix(batch) + key);
  }

  /** The files that are wanted for an accession: [{ key, path, name, size, modified }]. */
  of(batch) {
    const prefix = this.#prefix(batch);
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    return keys.sort().map((whole) => {
      const key = whole.slice(prefix.length);
      const [path, name, size, modified] = JSON.parse(key);
      return { key, path, name, size, modified };
    });
  }

  /** What was chosen before the accession was opened belongs to it from now on. */
  open(batch, title) {
    for (const { key } of this.of(NEW)) {
      localStorage.removeItem(this.#prefix(NEW) + key);
      localStorage.setItem(this.#prefix(batch) + key, "");
    }
    localStorage.setItem(`${TITLE}${this.person}.${batch}`, title);
  }

  /** Other accessions that want files: [{ batch, title, number }]. */
  others(batch) {
    const own = `${KEPT}${this.person}.`;
    const numbers = new Map();
    for (const key of Object.keys(localStorage)) {
      const other = key.startsWith(own) ? key.slice(own.length).split(".")[0] : NEW;
      if (other !== NEW && other !== batch) numbers.set(other, (numbers.get(other) ?? 0) + 1);
    }
    return [...numbers].map(([other, number]) => ({ batch: other, number, title: localStorage.getItem(`${TITLE}${this.person}.${other}`) ?? other }));
  }
}
