import { createCore } from "../core/client.ts";
import type { EventTypes, Options, Terrace } from "../core/message.ts";
import { collectUrl } from "../core/sender.ts";
import { watchClicks, watchExposure, watchLeaving, watchPages, watchPerformance, type AutoOptions } from "./auto.ts";
import { createBrowserHost } from "./browser-host.ts";
import { openVisual } from "./visual.ts";

export type { Consent, EventTypes, Options, Terrace } from "../core/message.ts";
export type BrowserOptions = Options & AutoOptions;

/** Starts the client of a web page. Once per page: what it watches is watched until the page is left. */
export function createTerrace<Events extends object = EventTypes>(options: BrowserOptions): Terrace<Events> {
  const host = createBrowserHost();
  // Whoever defines events is no visitor.
  const visual = openVisual(options.host);
  const core = createCore<Events>(host, visual ? { ...options, consent: false } : options);
  const { terrace, track } = core;
  if (visual) return { ...terrace, consent: () => undefined };
  watchPages(terrace.page, track, options, host.moved);
  if (options.clicks) watchClicks(track, options);
  if (options.exposure) watchExposure(track);
  let figures = options.performance ? watchPerformance() : undefined;
  watchLeaving(core, collectUrl(options.host), () => {
    const measured = figures?.();
    figures = undefined;
    if (measured !== undefined) track("Page Performance", measured);
  });
  return terrace;
}
