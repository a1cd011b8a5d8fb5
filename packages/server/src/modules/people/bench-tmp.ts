import { startStateEngine } from "@terrace/testkit/state-engine";
import { eventOf, user, device } from "@terrace/testkit/people-model";
import { createPrivacyModule } from "../privacy/module.ts";
import { createKnownFacts } from "./known-facts.ts";
import { resolveBatch } from "./resolve.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { randomUUID } from "node:crypto";

const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
const engine = await startStateEngine({ connectionsMax: 8 });
const known = createKnownFacts(300_000);
const N = Number(process.argv[2] ?? 200_000), B = 5000;
const times = new Map<string, [number, number]>();
function timed(tx: any): any {
  const f: any = (strings: any, ...args: any[]) => {
    const q = tx(strings, ...args);
    if (!Array.isArray(strings) || !('raw' in strings)) return q;
    const name = strings.join("?").replace(/\s+/g, " ").trim().slice(0, 60);
    if (!/^(select|insert|update|delete|with)/.test(name)) return q;
    const t = performance.now();
    return (async () => { const r = await q; const e = times.get(name) ?? [0, 0]; e[0] += performance.now() - t; e[1]++; times.set(name, e); return r; })();
  };
  f.savepoint = (w: any) => tx.savepoint((inner: any) => w(timed(inner)));
  return f;
}
async function run(name: string, n: number, make: (i: number) => ReturnType<typeof eventOf>, kn = known) {
  let max = 0; const t0 = performance.now(); let cpu = process.cpuUsage();
  for (let i = 0; i < n; i += B) {
    const events = Array.from({ length: Math.min(B, n - i) }, (_, k) => make(i + k));
    const t = performance.now();
    const r = await inTransaction(engine.db, (tx) => resolveBatch({ privacy, known: kn }, timed(tx), events));
    r.committed();
    max = Math.max(max, performance.now() - t);
  }
  const s = (performance.now() - t0) / 1000; cpu = process.cpuUsage(cpu);
  console.log(name.padEnd(34), Math.round(n / s), "/s", "slowest batch", Math.round(max), "ms; node cpu/batch", Math.round((cpu.user + cpu.system) / 1000 / (n / B)), "ms", Math.round(process.memoryUsage().heapUsed / 1e6), "MB");
  if (process.argv[3]) for (const [k, [ms, c]] of times) console.log("   ", Math.round(ms / c), "ms x", c, k);
  times.clear();
}
const base = 1_700_000_000_000;
await run("new anonymous", N, (i) => eventOf({ ids: [device(`a${i}`)], timeMs: base + i }));
await run("new [user, device]", N, (i) => eventOf({ ids: [user(`u${i}`), device(`b${i}`)], timeMs: base + i }));
await run("same again, known", N, (i) => eventOf({ ids: [user(`u${i}`), device(`b${i}`)], timeMs: base + i + 1000 }));
await run("known, hot 20k", N, (i) => eventOf({ ids: [user(`u${N - 1 - (i % 20000)}`)], timeMs: base + N + (i % 20000) }));
await run("known, last seen stale", N, (i) => eventOf({ ids: [user(`u${i}`)], timeMs: base + i + 100_000_000 }));
await run("known but cold cache", N, (i) => eventOf({ ids: [user(`u${i}`), device(`b${i}`)], timeMs: base + i + 100_000_000 }), createKnownFacts(300_000));
await run("login of known devices (join)", Math.min(N, 100000), (i) => eventOf({ ids: [user(`v${i}`), device(`a${i}`)], timeMs: base + N + i }));
await run("identify new, 5 traits", Math.min(N, 100000), (i) => eventOf({ ids: [user(`w${i}`)], timeMs: base + i, messageId: randomUUID(), traits: [{ op: "set", key: "city", value: `city${i % 300}` }, { op: "set", key: "level", value: i % 7 }, { op: "set", key: "plan", value: "gold" }, { op: "set", key: "referrer", value: `ref${i % 1000}` }, { op: "increment", key: "visits", value: 1 }] }));
await run("identify again", Math.min(N, 100000), (i) => eventOf({ ids: [user(`w${i}`)], timeMs: base + i + 1, messageId: randomUUID(), traits: [{ op: "set", key: "city", value: `city${i % 300}` }, { op: "set", key: "level", value: i % 7 }, { op: "set", key: "plan", value: "gold" }, { op: "set", key: "referrer", value: `ref${i % 1000}` }, { op: "increment", key: "visits", value: 1 }] }));
const tok = (i: number) => ({ name: privacy.tokenise(1, "name", `王${i}小明`), phone: privacy.tokenise(1, "phone", `138${10000000 + i}`), email: privacy.tokenise(1, "email", `user${i}@x.cn`) });
await run("identify new, name phone email", Math.min(N, 50000), (i) => { const t = tok(i); return eventOf({ ids: [user(`x${i}`)], timeMs: base + i, messageId: randomUUID(), traits: [{ op: "set", key: "name", value: t.name }, { op: "set", key: "phone", value: t.phone }, { op: "set", key: "email", value: t.email }], secrets: { [t.name]: { class: "name", value: `王${i}小明` }, [t.phone]: { class: "phone", value: `138${10000000 + i}` }, [t.email]: { class: "email", value: `user${i}@x.cn` } } }); });
await engine.stop();
