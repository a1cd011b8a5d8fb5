import type { MailServer } from "../../platform/mail/mailer.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";
import type { NotifyDeps } from "./notify-deps.ts";
import { loadMailServer } from "./target.store.ts";

type Settings = Pick<NotifyDeps, "db" | "privacy" | "mailServer">;

/** The mail server that a workspace uses: its own, else the installation's, else none. */
export async function readMailServer(deps: Settings, workspaceId: number): Promise<MailServer | undefined> {
  return (await readOwnMailServer(deps, workspaceId)) ?? deps.mailServer;
}

export async function readOwnMailServer(
  { db, privacy }: Omit<Settings, "mailServer">,
  workspaceId: number,
): Promise<MailServer | undefined> {
  const row = await loadMailServer(db, workspaceId);
  // Sealed by `sealMailServer` only.
  return row === undefined ? undefined : (JSON.parse(openText(privacy, row.server)) as MailServer);
}

export function sealMailServer(privacy: NotifyDeps["privacy"], server: MailServer): Uint8Array {
  return sealText(privacy, JSON.stringify(server));
}
