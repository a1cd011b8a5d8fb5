import type { Notice, NoticeLanguage } from "@terrace/domain/notify/notice";
import { sealText } from "../../platform/sealed-text.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { readMailServer } from "./mail-settings.ts";
import { insertNotices } from "./notice-delivery.store.ts";
import type { NotifyDeps } from "./notify-deps.ts";
import { openPlace, sealPlace } from "./target-place.ts";
import { loadTargets, memberTarget } from "./target.store.ts";

export type MemberOrder = {
  /** What it tells of; a member is told of a key once. */
  readonly key: string;
  /** Of a member of the workspace. */
  readonly email: string;
  /** Who is told of it besides: an address among them is not told twice. */
  readonly targetIds: readonly string[];
  readonly notices: Readonly<Record<NoticeLanguage, Notice>>;
};

/** Queues a letter to a member, in the transaction of what it tells of. Answers with 0 where there is no mail server, or who is told anyway. */
export async function queueMemberMail(
  deps: Pick<NotifyDeps, "db" | "privacy" | "mailServer" | "nowMs">,
  tx: Tx,
  workspaceId: number,
  { key, email, targetIds, notices }: MemberOrder,
): Promise<number> {
  if ((await readMailServer(deps, workspaceId)) === undefined) return 0;
  const others = (await loadTargets(tx, workspaceId, targetIds)).map(({ place }) => openPlace(deps.privacy, place));
  if (others.some((place) => place.kind === "email" && place.to.some((to) => to.toLowerCase() === email.toLowerCase()))) return 0;
  const at = new Date(deps.nowMs());
  const place = sealPlace(deps.privacy, { kind: "email", to: [email] });
  const targetId = await memberTarget(tx, workspaceId, { email, place, at });
  return insertNotices(tx, workspaceId, [{ targetId, key, notice: sealText(deps.privacy, JSON.stringify(inBoth(notices))) }], at);
}

/** In which language a member reads is not known here: both stand in the letter. */
function inBoth({ zh, en }: MemberOrder["notices"]): Notice {
  return { ...zh, title: `${zh.title} · ${en.title}`, lines: [...zh.lines, "", ...en.lines] };
}
