import { make } from "./dom.ts";
import { createOverlayApi, type OverlayApi } from "./overlay-api.ts";
import { createForm } from "./panel.ts";
import { createPicker } from "./picker.ts";
import { STYLE } from "./style.ts";
import { fill, wordsFor, type Words } from "./words.ts";

// Loaded from Terrace into a page whose operator came from the console; the client of the page put the token into the session's store.
const KEY = "terrace.visual";
const token = sessionStorage.getItem(KEY);
const host = ((document.currentScript as HTMLScriptElement | null)?.dataset["host"] ?? "").replace(/\/+$/, "");
if (token !== null) void open(createOverlayApi(host, token), wordsFor(navigator.language));

async function open(api: OverlayApi, words: Words): Promise<void> {
  const root = make("terrace-overlay" as "div").attachShadow({ mode: "open" });
  // A sheet of its own: pages that forbid inline styles still show it.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  document.documentElement.append(root.host);
  const started = await api.start();
  if (started.ok) run(root, { api, words }, started.value);
  else
    root.append(
      make(
        "section",
        { className: "panel" },
        head(words, ""),
        make("main", {}, make("p", { className: "bad", textContent: words.expired })),
      ),
    );
}

type Parts = { readonly api: OverlayApi; readonly words: Words };

function run(
  root: ShadowRoot,
  { api, words }: Parts,
  { workspace, events }: { readonly workspace: string; readonly events: readonly object[] },
): void {
  let defined = events.length;
  const body = make("div");
  const panel = make("section", { className: "panel" });
  panel.setAttribute("aria-label", words.title);
  const picker = createPicker(root, (element) => {
    body.replaceChildren(
      createForm({ api, words, picker }, element, (saved) => {
        if (saved !== undefined) defined += 1;
        rest(saved);
      }),
    );
  });
  const rest = (saved?: string): void => {
    picker.mark(undefined);
    body.replaceChildren(
      make(
        "main",
        {},
        saved === undefined ? undefined : make("p", { className: "good", role: "status", textContent: saved }),
        make("p", { textContent: select.className === "on" ? words.hint : words.browseHint }),
        make("p", { textContent: fill(words.defined, { n: defined }) }),
      ),
    );
  };
  const turn = (selecting: boolean): void => {
    select.className = selecting ? "on" : "";
    browse.className = selecting ? "" : "on";
    picker.setSelecting(selecting);
    rest();
  };
  const select = make("button", { type: "button", className: "on", textContent: words.select, onclick: () => turn(true) });
  const browse = make("button", { type: "button", textContent: words.browse, onclick: () => turn(false) });
  panel.append(head(words, workspace, select, browse), body);
  root.append(panel);
  rest();
}

function head(words: Words, workspace: string, ...buttons: readonly HTMLElement[]): HTMLElement {
  const end = (): void => {
    sessionStorage.removeItem(KEY);
    location.reload();
  };
  return make(
    "header",
    {},
    make("strong", { textContent: words.title }),
    make("span", { textContent: workspace }),
    ...buttons,
    make("button", { type: "button", textContent: words.close, onclick: end }),
  );
}
