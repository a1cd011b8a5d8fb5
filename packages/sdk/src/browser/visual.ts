/** Where the token of a visual session waits while the operator goes from page to page. */
const KEY = "terrace.visual";

/**
 * Whether an operator came here to define events: then loads the overlay from Terrace, which takes the token over.
 * The token arrives in the fragment of the address, which no server sees, and leaves the address at once.
 */
export function openVisual(host: string): boolean {
  try {
    const given = /[#&]terrace-visual=([\w.-]+)/.exec(location.hash);
    if (given?.[1] !== undefined) {
      sessionStorage.setItem(KEY, given[1]);
      history.replaceState(history.state, "", location.pathname + location.search + location.hash.replace(given[0], "").replace(/^&/, "#"));
    }
    if (sessionStorage.getItem(KEY) === null) return false;
  } catch {
    return false;
  }
  const script = document.createElement("script");
  script.src = host.replace(/\/+$/, "") + "/sdk/overlay.js";
  script.dataset["host"] = host;
  document.head.append(script);
  return true;
}
