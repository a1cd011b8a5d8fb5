/** Between two repaints of the bar, and between two lines where there is no terminal. */
const PAINT_MS = 100;
const LINE_MS = 2_000;
const WIDTH = 24;

type Output = { readonly write: (text: string) => unknown; readonly isTTY?: boolean };

export type ProgressBar = {
  /** `total` 0 means unknown. */
  readonly update: (done: number, total: number) => void;
  readonly finish: (done: number) => void;
};

/** A progress bar with a rate; plain lines now and then when the output is no terminal. Shows nothing before the first update. */
export function createProgressBar(output: Output, title: string, nowMs: () => number = Date.now): ProgressBar {
  const startedAt = nowMs();
  let paintedAt = 0;
  const terminal = output.isTTY === true;

  function line(done: number, total: number): string {
    const rate = Math.round(done / Math.max(0.001, (nowMs() - startedAt) / 1000));
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const bar = total > 0 ? `[${"█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░")}] ${(share * 100).toFixed(0).padStart(3)}%  ` : "";
    return `${title}  ${bar}${done.toLocaleString("en")} rows  ${rate.toLocaleString("en")} rows/s`;
  }

  function paint(text: string): void {
    output.write(terminal ? `\r\u001b[2K${text}` : `${text}\n`);
  }

  return {
    update: (done, total) => {
      const now = nowMs();
      if (now - paintedAt < (terminal ? PAINT_MS : LINE_MS)) return;
      paintedAt = now;
      paint(line(done, total));
    },
    finish: (done) => {
      paint(line(done, done));
      if (terminal) output.write("\n");
    },
  };
}
