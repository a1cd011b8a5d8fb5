import type { Core } from "../core/client.ts";
import { isIgnored, selectorOf, subjectOf, textOf } from "./element.ts";

/** What the browser client does by itself. */
export type AutoOptions = {
  /** A page view when the page opens and at each change of its address. Default true. */
  readonly pages?: boolean;
  /** Clicks as `Element Clicked`. Default false. */
  readonly clicks?: boolean;
  /** Names of address parameters that hold what was searched for, e.g. `["q", "keyword"]`; sent as `Products Searched`. Default none. */
  readonly search?: readonly string[];
  /** `Element Viewed` for elements with `data-terrace-exposure="name"`, once, when half of one was in view for half a second. Default false. */
  readonly exposure?: boolean;
  /** `Page Performance` (LCP, CLS, INP, TTFB) when the page is left. Default false. */
  readonly performance?: boolean;
  /** Characters of an element's text that a click brings; default 64. */
  readonly textLengthMax?: number;
};

type Track = (name: string, properties: object) => void;

/** Page views and searches: of the page as it opened, and of each address a single-page application shows. `moved` hears of the address left. */
export function watchPages(page: () => void, track: Track, options: AutoOptions, moved: (fromUrl: string) => void): void {
  let shownUrl = "";
  let shownPlace = "";
  const look = (): void => {
    const { href, pathname, search } = location;
    if (pathname + search === shownPlace) return;
    if (shownUrl !== "") moved(shownUrl);
    [shownUrl, shownPlace] = [href, pathname + search];
    if (options.pages !== false) page();
    const parameters = new URLSearchParams(search);
    const query = options.search?.map((name) => parameters.get(name)?.trim()).find(Boolean);
    if (query) track("Products Searched", { query });
  };
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (this: History, ...change) {
      original.apply(this, change);
      // Titles are set right after the address.
      setTimeout(look);
    };
  }
  addEventListener("popstate", () => setTimeout(look));
  look();
}

/** Clicks anywhere on the page, also where a handler stops them. */
export function watchClicks(track: Track, { textLengthMax }: AutoOptions): void {
  addEventListener(
    "click",
    ({ target }) => {
      if (!(target instanceof Element) || target === document.body || target === document.documentElement) return;
      const element = subjectOf(target);
      if (isIgnored(element)) return;
      const href = element.getAttribute("href");
      track("Element Clicked", {
        selector: selectorOf(element),
        tag: element.localName,
        text: textOf(element, textLengthMax),
        ...(href === null ? {} : { href: new URL(href, location.href).href }),
      });
    },
    true,
  );
}

const SEEN_MS = 500;

/** Elements that come into view, also those added later. */
export function watchExposure(track: Track): void {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>();
  const done = new WeakSet<Element>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) {
        clearTimeout(timers.get(target));
        timers.delete(target);
        if (intersectionRatio < 0.5) continue;
        const seen = (): void => {
          observer.unobserve(target);
          timers.delete(target);
          const { terraceExposure, terraceItem } = target instanceof HTMLElement ? target.dataset : {};
          track("Element Viewed", { element: terraceExposure, ...(terraceItem === undefined ? {} : { item_id: terraceItem }) });
        };
        timers.set(target, setTimeout(seen, SEEN_MS));
      }
    },
    { threshold: 0.5 },
  );
  const find = (): void => {
    for (const element of document.querySelectorAll("[data-terrace-exposure]")) {
      if (done.has(element) || isIgnored(element)) continue;
      done.add(element);
      observer.observe(element);
    }
  };
  new MutationObserver(find).observe(document, { childList: true, subtree: true });
  find();
}

type LayoutShift = PerformanceEntry & { readonly value: number; readonly hadRecentInput: boolean };
type Interaction = PerformanceEntry & { readonly interactionId: number };

/** Measures the page; the answer gives the figures so far: milliseconds, and a layout shift score. */
export function watchPerformance(): () => Readonly<Record<string, number>> {
  let lcp: number | undefined;
  let [cls, shift, shiftFrom, shiftLast] = [0, 0, 0, 0];
  const slowest = new Map<number, number>();
  const observe = (type: string, take: (entry: PerformanceEntry) => void): void => {
    // Browsers know different types; what one does not measure is left out.
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      durationThreshold: 40,
    } as PerformanceObserverInit);
  };
  observe("largest-contentful-paint", ({ startTime }) => {
    lcp = startTime;
  });
  // The worst run of shifts less than 1 s apart and at most 5 s long: https://web.dev/articles/cls
  observe("layout-shift", (entry) => {
    const { startTime, value, hadRecentInput } = entry as LayoutShift;
    if (hadRecentInput) return;
    if (startTime - shiftLast > 1_000 || startTime - shiftFrom > 5_000) [shift, shiftFrom] = [0, startTime];
    shiftLast = startTime;
    shift += value;
    cls = Math.max(cls, shift);
  });
  observe("event", (entry) => {
    const { interactionId, duration } = entry as Interaction;
    if (interactionId) slowest.set(interactionId, Math.max(slowest.get(interactionId) ?? 0, duration));
  });
  return () => {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    // One in fifty interactions is left out, as https://web.dev/articles/inp has it.
    // Older browsers lack `toSorted`; the list is a copy.
    // oxlint-disable-next-line unicorn/no-array-sort
    const inp = [...slowest.values()].sort((a, b) => b - a)[Math.floor(slowest.size / 50)];
    return {
      ...(lcp === undefined ? {} : { lcp_ms: Math.round(lcp) }),
      cls: Math.round(cls * 1_000) / 1_000,
      ...(inp === undefined ? {} : { inp_ms: Math.round(inp) }),
      ...(navigation === undefined ? {} : { ttfb_ms: Math.round(navigation.responseStart) }),
    };
  };
}

/** Saves and sends what waits when the page goes into the background, and for the last time when it is left. */
export function watchLeaving({ sender, save }: Pick<Core<object>, "sender" | "save">, url: string, leaving: () => void): void {
  const sendBlind = (): boolean => {
    for (const lengthMax of [50_000, 20_000, 6_000]) {
      const last = sender.lastBody(lengthMax);
      if (last === undefined || !navigator.onLine) return false;
      if (navigator.sendBeacon(url, last.body)) return last.all;
    }
    return false;
  };
  let left = false;
  document.addEventListener("visibilitychange", () => {
    // A page that is left is hidden too, after its beacon.
    if (left || document.visibilityState !== "hidden") return;
    leaving();
    save();
    sender.wake();
  });
  addEventListener("pageshow", () => {
    left = false;
  });
  addEventListener("pagehide", () => {
    left = true;
    leaving();
    save(sendBlind());
  });
  addEventListener("online", sender.wake);
}
