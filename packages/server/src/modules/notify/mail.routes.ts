import * as api from "@terrace/contract/api/notify";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import type { MailServer } from "../../platform/mail/mailer.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { readMailServer, readOwnMailServer, sealMailServer } from "./mail-settings.ts";
import type { NotifyDeps } from "./notify-deps.ts";
import { requireHost } from "./require-reachable.ts";
import { sendNotice } from "./send-notice.ts";
import { deleteMailServer, saveMailServer } from "./target.store.ts";
import { testNotice } from "./test-notice.ts";

type AskedServer = NonNullable<z.output<typeof api.setMailServer.body>["server"]>;

/** The mail server of a workspace. */
export function mailRoutes(deps: NotifyDeps): readonly RouteHandler[] {
  return [
    handle(api.getMailServer, async (_input, { workspaceId }) => answer(deps, workspaceId)),
    handle(api.setMailServer, async ({ body }, context) => {
      if (body.server === null) await forget(deps, context);
      else await keep(deps, context, body.server);
      return answer(deps, context.workspaceId);
    }),
    handle(api.testMailServer, async ({ body }, { workspaceId, actor }) => {
      const mail = await readMailServer(deps, workspaceId);
      const id = `test-${deps.randomId()}`;
      const sent = await sendNotice(deps, { id, notice: testNotice("zh", actor), place: { kind: "email", to: [body.to] }, mail });
      return { outcome: sent.outcome, code: "code" in sent ? sent.code : "" };
    }),
  ];
}

async function keep(deps: NotifyDeps, { workspaceId, actor, ip }: RouteContext, asked: AskedServer): Promise<void> {
  const { host, port, security, user, from } = asked;
  await requireHost(deps.outbound, { host, port }, "server.host");
  const before = await readOwnMailServer(deps, workspaceId);
  // A password that was not given again must not be told to another server.
  const same =
    before !== undefined && before.host === host && before.user === user && (before.security === security || security !== "none");
  const password = asked.password ?? (same ? before.password : undefined);
  if (user !== "" && password === undefined)
    throw faultError("request.invalid", { field: "server.password", mend: "Give the password again; host or user changed" });
  const server: MailServer = { host, port, security, from, ...(user === "" ? {} : { user, password: password ?? "" }) };
  await inTransaction(deps.db, async (tx) => {
    await saveMailServer(tx, workspaceId, { server: sealMailServer(deps.privacy, server), by: actor, at: new Date(deps.nowMs()) });
    await deps.audit(tx, { workspaceId, actor, action: "notice.mail_server", target: "mail-server", detail: { host, port, security }, ip });
  });
}

async function forget(deps: NotifyDeps, { workspaceId, actor, ip }: RouteContext): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    await deleteMailServer(tx, workspaceId);
    await deps.audit(tx, { workspaceId, actor, action: "notice.mail_server", target: "mail-server", detail: { host: "" }, ip });
  });
}

async function answer(deps: NotifyDeps, workspaceId: number): Promise<z.input<typeof api.getMailServer.response>> {
  const own = await readOwnMailServer(deps, workspaceId);
  const server = own ?? deps.mailServer;
  if (server === undefined) return { server: null };
  const { host, port, security, user = "", from, password } = server;
  const origin = own === undefined ? "installation" : "workspace";
  return { server: { host, port, security, user, from, hasPassword: password !== undefined, origin } };
}
