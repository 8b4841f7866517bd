// Ask the site from a script, and notice when somebody is not signed in any more: `ask` says so on the page, with the
// way to the door, and throws SignedOut. What is on the page stays: after signing in in another tab it goes on.

export class SignedOut extends Error {}

/** Signing in anew changes the token; the cookie has the one that counts now. */
export function token() {
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length) ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/**
 * What every request of a script carries, so that the site answers with sentences, and 401 instead of the sign-in page;
 * and whose page it is, for somebody else may have signed in in another tab meanwhile.
 */
export const headers = () => ({ "HX-Request": "true", "X-CSRFToken": token(), "X-Person": document.body.dataset.person ?? "" });

export async function ask(url, options = {}) {
  // A token among the fields would count before the one of the header.
  if (options.body instanceof FormData) options.body.delete("csrfmiddlewaretoken");
  const answer = await fetch(url, { ...options, headers: { ...headers(), ...options.headers } });
  if (answer.status === 401) {
    sayIsSignedOut(true);
    throw new SignedOut(document.getElementById("signed-out").textContent.trim());
  }
  sayIsSignedOut(false);
  sayIsAnother((name) => answer.headers.get(name));
  return answer;
}

/** Tell a page that asks for it that its files would be sent in the name of somebody else, or no more. */
export function sayIsAnother(header) {
  const person = header("Strandline-Person") ?? "";
  const name = decodeURIComponent(header("Strandline-Person-Name") ?? "");
  document.dispatchEvent(new CustomEvent("another-person", { detail: { person, name } }));
}

export function sayIsSignedOut(isSignedOut) {
  document.getElementById("signed-out").hidden = !isSignedOut;
}
