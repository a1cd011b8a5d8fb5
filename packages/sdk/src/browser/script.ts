import { createTerrace, type BrowserOptions } from "./browser.ts";

// The one-script build: `<script async src="https://terrace.example.com/sdk/terrace.js" data-key="…" data-clicks></script>`.
// `terrace.push(["track", "…"])` works before it loaded too, on `window.terrace = window.terrace || []`.
const { dataset, src } = document.currentScript as HTMLScriptElement;
const has = (name: string): boolean => name in dataset && dataset[name] !== "false";
const options: BrowserOptions = {
  writeKey: dataset["key"] ?? "",
  host: dataset["host"] ?? new URL(src).origin,
  consent: dataset["consent"] !== "required",
  pages: dataset["pages"] !== "false",
  clicks: has("clicks"),
  exposure: has("exposure"),
  performance: has("performance"),
  search: dataset["search"]?.split(",") ?? [],
};
type Call = readonly [method: keyof ReturnType<typeof createTerrace>, ...values: unknown[]];
const page = window as unknown as { terrace?: unknown };
const early = page.terrace;
const terrace = createTerrace(options);
const push = ([method, ...values]: Call): void => void (terrace[method] as (...values: unknown[]) => unknown)(...values);
page.terrace = { ...terrace, push };
if (Array.isArray(early)) (early as Call[]).forEach(push);
