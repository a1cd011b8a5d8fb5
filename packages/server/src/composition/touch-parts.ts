import type { AccessModule } from "../modules/access/module.ts";
import { createChannels, type Channels } from "../modules/channels/module.ts";
import type { Collect } from "../modules/collect/module.ts";
import type { Holdouts } from "../modules/holdouts/module.ts";
import { createJourneys, type Journeys } from "../modules/journeys/module.ts";
import type { PeopleModule } from "../modules/people/module.ts";
import { createTemplates, type Templates } from "../modules/templates/module.ts";
import type { SegmentsModule } from "../modules/segments/module.ts";
import type { Reaction } from "../platform/feed/reactor.ts";
import { Unavailable } from "../platform/http/fault-error.ts";
import type { RouteHandler } from "../platform/http/handler.ts";
import type { Job } from "../platform/jobs.ts";
import type { Loop } from "../platform/loops.ts";
import { createMailLines } from "../platform/mail/mail-lines.ts";
import type { PersonalDataHolder } from "../platform/personal-data/holder.ts";
import type { Core } from "./core.ts";

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
  readonly segments: SegmentsModule;
  readonly holdouts: Holdouts;
};

export type TouchParts = {
  readonly channels: Channels;
  readonly templates: Templates;
  readonly parts: readonly Part[];
  readonly keepers: readonly { readonly holder: PersonalDataHolder }[];
};

/** What tells people something: journeys, what is said, and who carries it (docs/decisions/0048-touch.md). */
export function createTouchParts(core: Core, ground: Ground): TouchParts {
  const mailLines = createMailLines(core);
  const channels = createChannels({
    ...core,
    audit: ground.access.audit,
    mailLines,
    publicUrl: core.config.publicUrl,
    // Providers post again after 503; nothing that they tell is lost while nobody keeps it.
    onReceipt: () => Promise.reject(new Unavailable("the record of messages", undefined)),
  });
  const { audit, workspace } = ground.access;
  // Nothing sends messages yet, so nothing uses a template.
  const templates = createTemplates({ ...core, audit, workspace, people: ground.people, usedBy: () => Promise.resolve([]) });
  const stop = (): Promise<void> => Promise.resolve(mailLines.close());
  const journeys = journeysOf(core, ground);
  return { channels, templates, parts: [journeys, templates, channels, { stop }], keepers: [journeys, channels] };
}

/** While no module takes messages, journeys that hold some cannot be set live. */
function journeysOf(core: Core, { access, collect, people, segments, holdouts }: Ground): Journeys {
  return createJourneys({
    ...core,
    audit: access.audit,
    workspace: access.workspace,
    people,
    virtualEvents: collect.virtualEvents.list,
    isMarkedPersonal: collect.definitions.isMarkedPersonal,
    segmentsOf: segments.segmentsOf,
    segmentsLive: segments.liveAmong,
    holdouts,
  });
}
