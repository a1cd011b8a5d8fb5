import { createProgressBar, type ProgressBar } from "../cli/progress-bar.ts";
import type { SimulatorHostDeps } from "./simulator-host.ts";

type Output = { readonly write: (text: string) => unknown; readonly isTTY?: boolean };

/** Shows in the terminal how far each simulated workspace is filled. */
export function showFilling(output: Output): SimulatorHostDeps["progress"] {
  const bars = new Map<number, ProgressBar>();
  return ({ workspaceId, name, events, share }) => {
    let bar = bars.get(workspaceId);
    if (bar === undefined) {
      bar = createProgressBar(output, `Filling "${name}" (simulated)`, Date.now, "events");
      bar.resume(events);
      bars.set(workspaceId, bar);
    }
    if (share < 1) {
      bar.update(events, share > 0 ? Math.round(events / share) : 0);
      return;
    }
    bar.finish(events);
    bars.delete(workspaceId);
  };
}
