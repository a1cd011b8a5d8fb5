import { readFileSync, readdirSync } from "node:fs";

/** Seconds of CPU by part of Terrace since each part began, children that ended included. */
export type TreeCpu = Readonly<Record<"main" | "threads" | "postgres" | "clickhouse" | "other", number>>;

/** Kernel ticks of `/proc/<pid>/stat`. */
const TICKS_PER_SECOND = 100;
const [PARENT, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM] = [1, 11, 12, 13, 14] as const;

/** Memory of a process and all its descendants, MB: proportional set size, so that PostgreSQL's shared buffers are counted once. */
export function treeMb(root: number): number {
  return treeOf(root).reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(readProc(`${pid}/smaps_rollup`))?.[1] ?? 0) / 1024, 0);
}

/** Memory of one process alone, MB. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readProc(`${pid}/status`))?.[1] ?? 0) / 1024;
}

/** CPU of a Terrace by part: `main` is its event loop, `threads` the pipeline and everything else in that process. */
export function treeCpu(root: number): TreeCpu {
  const cpu = { main: 0, threads: 0, postgres: 0, clickhouse: 0, other: 0 };
  for (const pid of treeOf(root)) {
    const own = seconds(statOf(String(pid)), [USER, SYSTEM]);
    if (pid === root) {
      const loop = seconds(statOf(`${pid}/task/${pid}`), [USER, SYSTEM]);
      cpu.main += loop;
      cpu.threads += own - loop;
    } else {
      cpu[partOf(pid)] += own + seconds(statOf(String(pid)), [CHILDREN_USER, CHILDREN_SYSTEM]);
    }
  }
  return cpu;
}

/** What was spent between two readings, as µs of CPU for each of `events`; `generator` is this process. */
export function cpuPerEvent(before: TreeCpu, after: TreeCpu, generatorSeconds: number, events: number): string {
  const parts = (["main", "threads", "postgres", "clickhouse", "other"] as const).map(
    (part) => [part, after[part] - before[part]] as const,
  );
  const shown = [...parts, ["generator", generatorSeconds] as const].map(
    ([part, spent]) => `${part} ${((spent * 1e6) / Math.max(1, events)).toFixed(1)}`,
  );
  const total = parts.reduce((sum, [, spent]) => sum + spent, 0);
  return `CPU µs/event: ${shown.join(", ")}; Terrace in all ${((total * 1e6) / Math.max(1, events)).toFixed(1)} (${total.toFixed(1)} s)`;
}

/** CPU seconds of this process so far. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The process and all its descendants, by parent id in /proc. */
export function treeOf(root: number): readonly number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(statOf(name)[PARENT] ?? 0)] as const);
  const found = new Set([root]);
  for (let grew = true; grew;) {
    grew = false;
    for (const [pid, parent] of parents)
      if (!found.has(pid) && found.has(parent)) {
        found.add(pid);
        grew = true;
      }
  }
  return [...found];
}

function partOf(pid: number): "postgres" | "clickhouse" | "other" {
  const command = readProc(`${pid}/cmdline`);
  if (command.includes("clickhouse-child")) return "clickhouse";
  return command.includes("postgres") ? "postgres" : "other";
}

/** Fields of a stat file after the name of the command, which may hold anything. */
function statOf(path: string): readonly string[] {
  const text = readProc(`${path}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function seconds(stat: readonly string[], fields: readonly number[]): number {
  return fields.reduce((sum, field) => sum + Number(stat[field] ?? 0), 0) / TICKS_PER_SECOND;
}

/** Processes end while they are looked at; those count nothing. */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}
