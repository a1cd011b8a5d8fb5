import { BREAK_GLASS_MS, SECOND_FACTOR_WAIT_MS, SESSION_IDLE_MS } from "@terrace/domain/access/sign-in-policy";
import type { Tx } from "../../platform/storage/postgres.ts";
import { insertAuditEverywhere, type AccountEntry } from "./audit.store.ts";
import { newSecret, secretHash, type RandomBytes } from "./credentials.ts";
import { ipPrefix } from "./ip-list.ts";
import type { OperatorRow } from "./operator.store.ts";
import { loadSecondFactor } from "./second-factor.store.ts";
import { insertSession, type SignInWay } from "./session.store.ts";

/** A session just opened: the token goes into the cookie and nowhere else. */
export type OpenedSession = { readonly token: string; readonly operatorId: string; readonly secondFactorDue: boolean };

export type Opening = { readonly operator: OperatorRow; readonly way: SignInWay; readonly ip: string; readonly userAgent: string };

/** Longest part of a User-Agent header that is kept. */
const USER_AGENT_MAX = 400;

/** Opens a session for someone who has proven who they are; with a second factor it stays half open until that is given. */
export async function openSession(
  deps: { readonly nowMs: () => number; readonly randomBytes: RandomBytes },
  tx: Tx,
  { operator, way, ip, userAgent }: Opening,
): Promise<OpenedSession> {
  const { operatorId, email } = operator;
  const token = newSecret(deps.randomBytes);
  const now = new Date(deps.nowMs());
  const factor = way === "break_glass" ? undefined : await loadSecondFactor(tx, operatorId);
  const secondFactorDue = factor !== undefined && factor.confirmedAt !== null;
  const livesMs = way === "break_glass" ? BREAK_GLASS_MS : secondFactorDue ? SECOND_FACTOR_WAIT_MS : SESSION_IDLE_MS;
  await insertSession(tx, {
    tokenHash: secretHash(token),
    operatorId,
    way,
    secondFactorDue,
    userAgent: userAgent.slice(0, USER_AGENT_MAX).toWellFormed(),
    ipPrefix: ipPrefix(ip),
    now,
    expiresAt: new Date(now.getTime() + livesMs),
  });
  const entry: AccountEntry = {
    actor: email,
    action: "session.open",
    target: `operator:${operatorId}`,
    detail: { by: way, secondFactorDue },
    ip,
  };
  await insertAuditEverywhere(tx, operatorId, entry, now);
  return { token, operatorId, secondFactorDue };
}
