/** Between two repaints of the bar, and between two lines where there is no terminal. */
const PAINT_MS = 100;
const LINE_MS = 2_000;
const WIDTH = 24;
/** Before this the rate says little, and a time left would jump about. */
const RATE_KNOWN_AFTER_MS = 1_000;

type Output = { readonly write: (text: string) => unknown; readonly isTTY?: boolean };

/** How far some work is: `done` of `total` (0 = unknown), of which `before` were done by an earlier run, after so long. */
export type Progress = { readonly done: number; readonly total: number; readonly before: number; readonly elapsedMs: number };

export type ProgressBar = {
  /** Tells where an earlier run stopped, so that its rows do not count as done in this one's time. */
  readonly resume: (done: number) => void;
  /** `total` 0 means unknown. */
  readonly update: (done: number, total: number) => void;
  readonly finish: (done: number) => void;
};

/** A progress bar with the rate and the time left; plain lines now and then when the output is no terminal. Shows nothing before the first update. */
export function createProgressBar(output: Output, title: string, nowMs: () => number = Date.now, unit = "rows"): ProgressBar {
  const startedAt = nowMs();
  let paintedAt = 0;
  let before = 0;
  const terminal = output.isTTY === true;

  function paint(done: number, total: number): void {
    const text = `${title}  ${progressText({ done, total, before, elapsedMs: nowMs() - startedAt }, unit)}`;
    output.write(terminal ? `\r\u001b[2K${text}` : `${text}\n`);
  }

  return {
    resume: (done) => {
      before = done;
    },
    update: (done, total) => {
      const now = nowMs();
      if (now - paintedAt < (terminal ? PAINT_MS : LINE_MS)) return;
      paintedAt = now;
      paint(done, total);
    },
    finish: (done) => {
      paint(done, done);
      if (terminal) output.write("\n");
    },
  };
}

/** One line: bar, share, how many of what, rate and the time left at that rate. */
export function progressText(progress: Progress, unit = "rows"): string {
  const { done, total, before, elapsedMs } = progress;
  const rate = Math.round((done - before) / Math.max(0.001, elapsedMs / 1000));
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const bar = total > 0 ? `[${"█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░")}] ${(share * 100).toFixed(0).padStart(3)}%  ` : "";
  const left = secondsLeft(progress);
  return `${bar}${done.toLocaleString("en")} ${unit}  ${rate.toLocaleString("en")} ${unit}/s${left === undefined ? "" : `  ${timeLeftText(left)} left`}`;
}

/** Seconds until the end at the rate so far; undefined when the total or the rate is not known yet, or nothing is left. */
export function secondsLeft({ done, total, before, elapsedMs }: Progress): number | undefined {
  if (total <= done || done <= before || elapsedMs < RATE_KNOWN_AFTER_MS) return undefined;
  return ((total - done) * (elapsedMs / 1000)) / (done - before);
}

/** A length of time as a person says it: `8 s`, `3 min 20 s`, `1 h 5 min`. Rounded up, and coarser the longer it is. */
export function timeLeftText(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds < 600) {
    const tens = Math.ceil(seconds / 10) * 10;
    return tens % 60 === 0 ? `${tens / 60} min` : `${Math.floor(tens / 60)} min ${tens % 60} s`;
  }
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
