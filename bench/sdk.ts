// What the browser client costs a page: `node_modules/.bin/node bench/sdk.ts`. Time on the page's main thread per event, in the headless browser of the tests.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser } from "../tests/browser/browser.ts";
import { ROOT } from "../tests/style/source-files.ts";

const EVENTS = 2_000;
const SCRIPT = readFileSync(join(ROOT, "packages/sdk/dist/terrace.js"), "utf8");
const ITEMS = Array.from(
  { length: 200 },
  (_, row) => `<li class="item"><p>商品 ${row}</p><button class="buy">加入购物车</button></li>`,
).join("");
const PAGE = `<!doctype html><meta charset="utf-8"><title>bench</title><ul id="list">${ITEMS}</ul>
<script src="/terrace.js" data-key="k" data-clicks data-exposure data-performance data-search="q"></script>`;

// Runs in the page. Single calls are timed in tens, because the browser's clock is coarse.
const MEASURE = `async (events) => {
  const times = (run) => {
    const taken = [];
    for (let at = 0; at < events; at += 10) {
      const began = performance.now();
      for (let n = 0; n < 10; n += 1) run(at + n);
      taken.push((performance.now() - began) / 10);
    }
    taken.sort((a, b) => a - b);
    return { mean: taken.reduce((sum, one) => sum + one, 0) / taken.length, p99: taken[Math.floor(taken.length * 0.99)], max: taken.at(-1) };
  };
  const properties = { order_id: "A-1", revenue: 38, currency: "CNY", name: "青瓷茶杯", tags: ["a", "b"] };
  const track = times((n) => terrace.track("Product Viewed", { ...properties, n }));
  await terrace.flush();
  const buttons = [...document.querySelectorAll("button")];
  const click = times((n) => buttons[n % buttons.length].dispatchEvent(new MouseEvent("click", { bubbles: true })));
  await terrace.flush();
  const waiting = terrace.waiting();
  // A full queue that cannot be sent is the worst that is written to the store.
  const stored = "x".repeat(512_000);
  const began = performance.now();
  localStorage.setItem("bench", stored);
  const write = performance.now() - began;
  return { track, click, waiting, write };
}`;

type Times = { readonly mean: number; readonly p99: number; readonly max: number };
type Measured = { readonly track: Times; readonly click: Times; readonly waiting: number; readonly write: number };

const server = createServer((request, response) => {
  const isScript = request.url === "/terrace.js";
  response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
  response.end(isScript ? SCRIPT : request.method === "POST" ? "{}" : PAGE);
});
await new Promise<void>((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
const address = server.address();
const browser = await launchBrowser();
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}/`);
const { track, click, waiting, write } = await page.evaluate<Measured>(`(${MEASURE})(${EVENTS})`);
const row = (what: string, { mean, p99, max }: Times): string =>
  `${what}: mean ${(mean * 1000).toFixed(0)} µs, p99 ${(p99 * 1000).toFixed(0)} µs, longest ${(max * 1000).toFixed(0)} µs`;
console.log(
  `${row("track()", track)}\n${row("captured click", click)}\nwriting a full queue to the store: ${write.toFixed(1)} ms; left waiting: ${waiting}`,
);
await browser.close();
server.close();
