import type { RouteContract } from "@terrace/contract/route";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { TestEngines } from "./both-engines.ts";
import { callRoute, type CallInput } from "./call-route.ts";
import { ownersIn, type LiveWorld } from "./live-world.ts";
import { eventOf } from "./people-model.ts";

type Place = { readonly engines: TestEngines; readonly world: LiveWorld; readonly workspaceId: number };

/** What tests do in the live world in which they are at the moment. People are named by the id of their user. */
export function actsIn(here: () => Place) {
  let messages = 0;
  const originOf = (name: string): string => {
    const { world, workspaceId } = here();
    return world.privacy.originId(workspaceId, "user_id", name);
  };
  return {
    /** A route of segments, classes, pyramids, tag rules or computed traits. */
    segments: <C extends RouteContract>(of: C, input: CallInput<C> = {}) => {
      const { world, workspaceId } = here();
      return callRoute(world.segments.routes, workspaceId, of, input);
    },
    people: <C extends RouteContract>(of: C, input: CallInput<C> = {}) => {
      const { world, workspaceId } = here();
      return callRoute(world.people.routes, workspaceId, of, input);
    },
    /** An event as it comes in now; it happened `lateMs` before. */
    came: (part: Partial<FeedEvent> & Pick<FeedEvent, "ids">, lateMs = 0): FeedEvent => {
      const { world, workspaceId } = here();
      messages += 1;
      return eventOf({
        workspaceId,
        messageId: `m-${messages}`,
        timeMs: world.nowMs - lateMs,
        receivedAtMs: world.nowMs,
        ...part,
      });
    },
    originOf,
    personOf: async (name: string): Promise<string> => {
      const { engines, workspaceId } = here();
      return (await ownersIn(engines, workspaceId)).get(originOf(name)) ?? "";
    },
  };
}
