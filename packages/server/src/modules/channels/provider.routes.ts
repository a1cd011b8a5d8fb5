import * as api from "@terrace/contract/api/channels";
import { DONE } from "@terrace/contract/route";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { Carrier } from "./carry.ts";
import type { ChannelDeps } from "./channel-deps.ts";
import { addProvider, changeProvider, findProvider, record, removeProvider, rotateProvider } from "./provider.commands.ts";
import { loadProviders } from "./provider.store.ts";
import { presentProvider } from "./provider.views.ts";
import { testHandover } from "./test-message.ts";

/** Managing who carries messages. */
export function providerRoutes(deps: ChannelDeps, carrier: Carrier): readonly RouteHandler[] {
  const view = async (workspaceId: number, id: string) => presentProvider(deps, await findProvider(deps, workspaceId, id));
  return [
    handle(api.listChannelProviders, async (_input, { workspaceId }) => ({
      items: (await loadProviders(deps.db, workspaceId)).map((row) => presentProvider(deps, row)),
    })),
    handle(api.createChannelProvider, async ({ body }, context) => {
      const { id, signingSecret } = await addProvider(deps, context, body);
      return { provider: await view(context.workspaceId, id), signingSecret };
    }),
    handle(api.updateChannelProvider, async ({ params, body }, context) => {
      const id = await changeProvider(deps, context, { id: params.provider, change: body });
      return view(context.workspaceId, id);
    }),
    handle(api.deleteChannelProvider, async ({ params }, context) => {
      await removeProvider(deps, context, params.provider);
      return DONE;
    }),
    handle(api.rotateChannelSecret, async ({ params, body }, context) => {
      const { id, signingSecret } = await rotateProvider(deps, context, { id: params.provider, what: body.what });
      return { provider: await view(context.workspaceId, id), signingSecret };
    }),
    testRoute(deps, carrier),
  ];
}

function testRoute(deps: ChannelDeps, carrier: Carrier): RouteHandler {
  return handle(api.testChannelProvider, async ({ params, body }, context) => {
    const { id, name, channel } = await findProvider(deps, context.workspaceId, params.provider);
    const reference = `t${deps.randomId().replaceAll("-", "").slice(0, 31)}`;
    const sent = await carrier.send(context.workspaceId, id, testHandover(channel, body, reference), context.signal);
    await inTransaction(deps.db, (tx) =>
      record(deps, tx, context, { action: "channel_provider.test", id, detail: { name, outcome: sent.outcome } }),
    );
    return {
      outcome: sent.outcome,
      code: "code" in sent ? sent.code : "",
      addressFault: "addressFault" in sent ? (sent.addressFault ?? null) : null,
      providerRef: "providerRef" in sent ? sent.providerRef : null,
    };
  });
}
