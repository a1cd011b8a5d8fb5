import { matchesClick, type VirtualMatcher } from "@terrace/domain/event/virtual-event";
import { selectorOf, textOf } from "../browser/element.ts";
import { matcherOf, pathPattern, selectorChoices, type Choice, type Picked } from "./candidates.ts";
import { make } from "./dom.ts";
import type { OverlayApi } from "./overlay-api.ts";
import type { Picker } from "./picker.ts";
import { fill, type Words } from "./words.ts";

export type FormDeps = { readonly api: OverlayApi; readonly words: Words; readonly picker: Picker };

/** The form for one picked element: how to recognise it, how often that happened, and its name. `done` hears what was saved, or nothing. */
export function createForm({ api, words, picker }: FormDeps, element: Element, done: (saved?: string) => void): HTMLElement {
  const picked: Picked = { selector: selectorOf(element), text: textOf(element), path: location.pathname };
  const places = selectorChoices(picked);
  let choice: Choice = { selector: places[0]?.choice ?? "any", text: picked.text !== "", path: "any" };
  const counts = new Map(places.map(({ choice }) => [choice, make("b", { textContent: "…" })]));
  const message = make("p", { role: "status" });
  const name = make("input", { type: "text", maxLength: 80, value: picked.text });
  name.setAttribute("aria-label", words.name);
  const say = (text: string, kind = "bad"): void => {
    message.textContent = text;
    message.className = kind;
  };
  const refresh = async (): Promise<void> => {
    const matcher = matcherOf(picked, choice);
    picker.mark(
      element,
      (selector, other) => matcher !== undefined && matchesClick(matcher, { selector, text: textOf(other), path: picked.path }),
    );
    const asked = places.flatMap(({ choice: place }) => {
      const one = matcherOf(picked, { ...choice, selector: place });
      return one === undefined ? [] : [{ place, matcher: one }];
    });
    const answer = await api.count(asked.map(({ matcher: one }) => one));
    if (!answer.ok) return say(fill(words.failed, { why: answer.refusal.message }));
    asked.forEach(({ place }, index) => {
      const shown = counts.get(place);
      if (shown !== undefined) shown.textContent = fill(words.times, { n: answer.value.counts[index] ?? 0 });
    });
  };
  const choose = (change: Partial<Choice>): void => {
    choice = { ...choice, ...change };
    void refresh();
  };
  const save = async (): Promise<void> => {
    const matcher = matcherOf(picked, choice);
    if (name.value.trim() === "" || matcher === undefined) return say(words.noName);
    const answer = await api.save({ name: name.value.trim(), matcher });
    if (answer.ok) done(fill(words.saved, { name: answer.value.name, n: await countOf(api, matcher) }));
    else say(answer.refusal.code === "virtual_event.name_taken" ? words.taken : fill(words.failed, { why: answer.refusal.message }));
  };
  void refresh();
  return make(
    "main",
    {},
    placeField(words, places, { counts, choose }),
    textField(words, picked, choose),
    pageField(words, picked, choose),
    make("fieldset", {}, make("legend", { textContent: words.name }), name),
    message,
    make(
      "div",
      { className: "row" },
      make("button", { type: "button", textContent: words.cancel, onclick: () => done() }),
      make("button", { type: "button", className: "primary", textContent: words.save, onclick: () => void save() }),
    ),
  );
}

async function countOf(api: OverlayApi, matcher: VirtualMatcher): Promise<number | string> {
  const answer = await api.count([matcher]);
  return answer.ok ? (answer.value.counts[0] ?? 0) : "—";
}

type Choose = (change: Partial<Choice>) => void;

function placeField(
  words: Words,
  places: ReturnType<typeof selectorChoices>,
  { counts, choose }: { readonly counts: ReadonlyMap<string, HTMLElement>; readonly choose: Choose },
): HTMLElement {
  return make(
    "fieldset",
    {},
    make("legend", { textContent: words.where }),
    ...places.map(({ choice, value }, index) =>
      make(
        "label",
        {},
        make("input", { type: "radio", name: "place", value: choice, checked: index === 0, onchange: () => choose({ selector: choice }) }),
        make("span", { textContent: words[choice] }),
        counts.get(choice),
        value === "" ? undefined : make("code", { textContent: value }),
      ),
    ),
  );
}

function textField(words: Words, { text }: Picked, choose: Choose): HTMLElement | undefined {
  if (text === "") return undefined;
  const box = make("input", { type: "checkbox", checked: true, onchange: () => choose({ text: box.checked }) });
  return make("fieldset", {}, make("label", {}, box, make("span", { textContent: words.text }), make("code", { textContent: text })));
}

function pageField(words: Words, { path }: Picked, choose: Choose): HTMLElement {
  const pattern = pathPattern(path);
  const radio = (value: Choice["path"], label: string, shown = ""): HTMLElement =>
    make(
      "label",
      {},
      make("input", { type: "radio", name: "page", value, checked: value === "any", onchange: () => choose({ path: value }) }),
      make("span", { textContent: label }),
      shown === "" ? undefined : make("code", { textContent: shown }),
    );
  return make(
    "fieldset",
    {},
    make("legend", { textContent: words.page }),
    radio("any", words.pageAny),
    pattern === undefined ? undefined : radio("pattern", words.pagePattern, pattern),
    radio("is", words.pageIs, path),
  );
}
