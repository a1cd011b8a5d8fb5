import type { Db, Tx } from "../storage/postgres.ts";

/** Since when, and why, nothing goes out. */
export type OutwardHold = { readonly since: Date; readonly reason: string };

/** The hold of this installation, if it is held. */
export async function loadOutwardHold(db: Db | Tx): Promise<OutwardHold | undefined> {
  /* all workspaces: a restored installation is held as a whole */
  const [hold] = await db<{ since: Date; reason: string }[]>`select held_at as since, reason from outward_hold limit 1`;
  return hold;
}

/** Holds everything that goes out; a hold that stands already keeps its time and reason. */
export async function holdOutward(tx: Tx, hold: OutwardHold): Promise<void> {
  /* all workspaces: a restored installation is held as a whole */
  await tx`insert into outward_hold (held_at, reason) values (${hold.since}, ${hold.reason}) on conflict do nothing`;
}

/** Lets things go out again. Answers the hold that stood, for the audit. */
export async function releaseOutward(tx: Tx): Promise<OutwardHold | undefined> {
  /* all workspaces: a restored installation is held as a whole */
  const [hold] = await tx<{ since: Date; reason: string }[]>`delete from outward_hold returning held_at as since, reason`;
  return hold;
}
