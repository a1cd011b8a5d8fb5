/** The parts of a page address that are of use; empty when missing. `search` starts with `?`. */
export type PageUrl = { readonly host: string; readonly path: string; readonly search: string };

const URL_SHAPE = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)([^?#]*)(\?[^#]*)?/i;
const NO_URL: PageUrl = { host: "", path: "", search: "" };
const PATH_SHAPE = /^([^?#]*)(\?[^#]*)?/;

/** Splits an address as browsers and mini-programs send it; tolerant, never throws. */
export function splitUrl(url: string): PageUrl {
  if (url === "") return NO_URL;
  const full = URL_SHAPE.exec(url);
  if (full !== null)
    return { host: hostOf(full[1] ?? ""), path: full[2] === undefined || full[2] === "" ? "/" : full[2], search: full[3] ?? "" };
  const bare = PATH_SHAPE.exec(url);
  return { host: "", path: bare?.[1] ?? "", search: bare?.[2] ?? "" };
}

/** Host name in lower case, without credentials and port. */
function hostOf(authority: string): string {
  const host = authority.slice(authority.lastIndexOf("@") + 1).toLowerCase();
  return host.startsWith("[") ? host.slice(0, host.indexOf("]") + 1) : host.replace(/:\d*$/, "");
}

/** Parameters whose value opens doors: it is of no use in an analysis and must not lie around. */
const CREDENTIAL =
  /([?&#](?:access_?token|refresh_?token|id_?token|token|auth|authorization|password|passwd|pwd|secret|api_?key|session(?:_?id)?|sid|code|sign|signature|ticket)=)[^&#]*/gi;

/** An address without user name, password and access tokens. */
export function withoutCredentials(url: string): string {
  const open = url.includes("@") ? url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1") : url;
  return open.includes("=") ? open.replace(CREDENTIAL, "$1…") : open;
}

/** `utm_*` parameters of a query, decoded. */
export function utmOf(search: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!search.includes("utm_")) return found;
  for (const [, name, value] of search.matchAll(/[?&](utm_[a-z]{1,20})=([^&#]*)/g)) {
    if (name !== undefined && value !== undefined && !found.has(name)) found.set(name, decodeParameter(value));
  }
  return found;
}

function decodeParameter(value: string): string {
  if (!/[%+]/.test(value)) return value;
  const spaced = value.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
