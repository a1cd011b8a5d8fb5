import type { Lane } from "./chdb-store.ts";

/** What the parent tells the child, as one JSON argument. Paths are absolute. */
export type ChildOptions = Readonly<{
  eventsPath: string;
  socketPath: string;
  configPath: string;
  spoolPath: string;
  bodyBytesMax: number;
  lanes: Readonly<Record<Lane, Readonly<{ running: number; waiting: number }>>>;
  defaults: readonly (readonly [string, string])[];
}>;

export type ChildMessage = Readonly<{ kind: "ready"; repairedTokens: number }>;

/** Reads the argument that `renderChildOptions` wrote; both sides are this release. */
export function readChildOptions(text: string | undefined): ChildOptions {
  if (text === undefined) throw new Error("the child is started by the supervisor, with its options");
  // Written by `renderChildOptions` of the same release.
  return JSON.parse(text) as ChildOptions;
}

export function renderChildOptions(options: ChildOptions): string {
  return JSON.stringify(options);
}

export function isReadyMessage(message: unknown): message is ChildMessage {
  return typeof message === "object" && message !== null && "kind" in message && message.kind === "ready";
}
