import type { AccessModule } from "../modules/access/module.ts";
import { broadcastsNaming, createBroadcasts } from "../modules/broadcasts/module.ts";
import { createChannels, type Channels } from "../modules/channels/module.ts";
import type { ConsentModule } from "../modules/consent/module.ts";
import { createGovernor } from "../modules/governor/module.ts";
import type { Collect } from "../modules/collect/module.ts";
import type { Holdouts } from "../modules/holdouts/module.ts";
import { createJourneys, journeysNaming, templatesNamed, type Journeys } from "../modules/journeys/module.ts";
import { createMessages, governedRoutes, type Messages } from "../modules/messages/module.ts";
import type { Links } from "../modules/links/module.ts";
import type { PeopleModule } from "../modules/people/module.ts";
import { createTemplates, type Templates } from "../modules/templates/module.ts";
import type { SegmentsModule } from "../modules/segments/module.ts";
import type { Reaction } from "../platform/feed/reactor.ts";
import type { RouteHandler } from "../platform/http/handler.ts";
import type { Job } from "../platform/jobs.ts";
import type { Loop } from "../platform/loops.ts";
import { createMailLines } from "../platform/mail/mail-lines.ts";
import type { PersonalDataHolder } from "../platform/personal-data/holder.ts";
import { openPostgres } from "../platform/storage/postgres.ts";
import type { Core } from "./core.ts";
import { createLinkParts } from "./link-parts.ts";
import { contentOf } from "./touch-ports.ts";

type Part = {
  readonly routes?: readonly RouteHandler[];
  readonly jobs?: readonly Job[];
  readonly reaction?: Reaction;
  readonly loops?: readonly Loop[];
  readonly stop?: () => Promise<void>;
};
type Ground = {
  readonly access: AccessModule;
  readonly collect: Collect;
  readonly people: PeopleModule;
  readonly consent: ConsentModule;
  readonly segments: SegmentsModule;
  readonly holdouts: Holdouts;
};

export type TouchParts = {
  readonly channels: Channels;
  readonly templates: Templates;
  readonly links: Links;
  readonly parts: readonly Part[];
  readonly keepers: readonly { readonly holder: PersonalDataHolder }[];
};

/** Connections of the outbox: rendering and settling starve neither each other nor whatever else a process does. */
const MESSAGE_CONNECTIONS = 6;

/** What tells people something: journeys, what is said, who may get it, and who carries it (docs/decisions/0048-touch.md). */
export function createTouchParts(core: Core, ground: Ground): TouchParts {
  const { people, consent, holdouts, access, segments } = ground;
  const { audit, workspace } = access;
  const mailLines = createMailLines(core);
  const channels = createChannels({
    ...core,
    audit,
    mailLines,
    publicUrl: core.config.publicUrl,
    // Channels and messages know each other: receipts come in by the one, messages go out by the other.
    onReceipt: async (workspaceId, from, receipts) => {
      await messages.takeReceipts(workspaceId, from, receipts);
    },
  });
  const usedBy = async (workspaceId: number, template: string) => [
    ...(await journeysNaming(core, workspaceId, (definition) => templatesNamed(definition).has(template))),
    ...(await broadcastsNaming(core, workspaceId, ({ variants }) => variants.some((variant) => variant.template === template))),
  ];
  const templates = createTemplates({ ...core, audit, workspace, people, usedBy });
  const db = openPostgres(core.config.postgres, { connectionsMax: MESSAGE_CONNECTIONS, name: "terrace-messages" });
  const governor = createGovernor({ ...core, audit, workspace, people, consent, holdouts });
  const governed = { routes: [...governor.routes, ...governedRoutes({ ...core, workspace, people, governor })] };
  const links = createLinkParts(core, {
    ...ground,
    channels,
    templates,
    takeReceipts: (workspaceId, from, receipts) => messages.takeReceipts(workspaceId, from, receipts),
    askMessages: (tx, workspaceId, asked) => messages.ask(tx, workspaceId, asked),
  });
  const carrying = { governor, carrier: channels, content: contentOf(templates, links) };
  const messages = createMessages({ ...core, audit, db, people, consent, ...carrying, chance: Math.random });
  const journeys = journeysOf(core, ground, { messages, templates });
  const broadcasts = createBroadcasts({
    ...core,
    audit,
    workspace,
    people,
    segments,
    messages,
    templates: templates.tell,
    purposes: consent.purposesInUse,
  });
  const close = async (): Promise<void> => {
    mailLines.close();
    await db.end({ timeout: 3 });
  };
  // What is under way is settled before who carries it stops.
  const parts = [messages, journeys, broadcasts, links, templates, channels, governed, { stop: close }];
  return { channels, templates, links, parts, keepers: [messages, journeys, broadcasts, channels, governor] };
}

type Saying = { readonly messages: Messages; readonly templates: Templates };

function journeysOf(core: Core, ground: Ground, { messages, templates }: Saying): Journeys {
  const { access, collect, people, segments, holdouts, consent } = ground;
  return createJourneys({
    ...core,
    audit: access.audit,
    workspace: access.workspace,
    people,
    virtualEvents: collect.virtualEvents.list,
    isMarkedPersonal: collect.definitions.isMarkedPersonal,
    segmentsOf: segments.segmentsOf,
    segmentsLive: segments.liveAmong,
    membersAt: segments.membersAt,
    holdouts,
    askMessages: async (tx, workspaceId, asked) => {
      await messages.ask(tx, workspaceId, asked);
    },
    cancelMessages: messages.cancel,
    sendable: async (workspaceId, ids) => {
      const told = [...(await templates.tell(core.db, workspaceId, ids)).values()];
      return new Map(
        told.flatMap(({ id, channel, publishedVersion, archived }) => (publishedVersion === null || archived ? [] : [[id, channel]])),
      );
    },
    readyTemplates: templates.takeReady,
    purposes: consent.purposesInUse,
  });
}
