// Say something to people beside the page: in a corner, and to a screen reader.
//
// <div id="said" role="status" data-failed="what is said of a failure that has no words of its own"></div>

const SHORT_MS = 4000;
const LONG_MS = 15000; // a failure is read in peace
let saying;

export function say(words, forMs = SHORT_MS) {
  const said = document.getElementById("said");
  said.textContent = words;
  clearTimeout(saying);
  saying = setTimeout(() => (said.textContent = ""), forMs);
}

/** Say why something failed: the sentence that was answered as plain text, else that it failed. */
export function sayFailure(type = "", text = "") {
  const sentence = type?.startsWith("text/plain") ? text.trim() : "";
  say(sentence || document.getElementById("said").dataset.failed, LONG_MS);
}

/** The same for an answer of fetch(); asked with the header HX-Request, the site answers a sentence. */
export async function sayAnswer(answer) {
  sayFailure(answer.headers.get("Content-Type"), await answer.text());
}
