import type { Host } from "../core/host.ts";

const LIBRARY = "terrace-browser 0.1.0";
/** What a page may leave behind for the browser to send is limited to 64 KB. */
const KEEPALIVE_BYTES_MAX = 60_000;

/** The page's facts as they are now; the address before a change within the page is the referrer of what follows it. */
export function createBrowserHost(): Host & { readonly moved: (fromUrl: string) => void } {
  let { referrer } = document;
  // A page may be forbidden to store anything: then the queue lives as long as the page.
  let store: Storage | undefined;
  try {
    store = localStorage;
  } catch {
    store = undefined;
  }
  return {
    library: LIBRARY,
    nowMs: Date.now,
    newId,
    later: (run, afterMs) => {
      const timer = setTimeout(run, afterMs);
      return () => clearTimeout(timer);
    },
    post: async (url, body) => {
      try {
        const answer = await fetch(url, {
          method: "POST",
          body,
          // Plain text is asked for without a preflight; Terrace looks at the body.
          headers: { "content-type": "text/plain" },
          credentials: "omit",
          // All such requests of a page share the 64 KB, so only the one that may outlive it asks for it.
          keepalive: document.visibilityState === "hidden" && new Blob([body]).size < KEEPALIVE_BYTES_MAX,
        });
        // An answer nobody reads keeps its connection.
        await answer.text();
        return { status: answer.status, retryAfterSeconds: Number(answer.headers.get("retry-after")) };
      } catch {
        return { status: 0 };
      }
    },
    read: (key) => store?.getItem(key) ?? null,
    write: (key, text) => {
      try {
        if (text === null) store?.removeItem(key);
        else store?.setItem(key, text);
      } catch {
        // A full store keeps what it has; the events still wait in memory.
      }
    },
    keys: (prefix) => Object.keys(store ?? {}).filter((key) => key.startsWith(prefix)),
    context: () => ({
      page: { url: location.href, path: location.pathname, search: location.search, title: document.title, referrer },
    }),
    batchContext: () => ({ library: { name: LIBRARY }, locale: navigator.language }),
    moved: (fromUrl) => {
      referrer = fromUrl;
    },
  };
}

function newId(): string {
  // Pages without https lack randomUUID.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
