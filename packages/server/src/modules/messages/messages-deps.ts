import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { Handover, RenderedMessage, Repeating, SendOutcome } from "@terrace/domain/messages/delivery";
import type { LookupAnswer } from "@terrace/domain/messages/outbox";
import type { JsonObject } from "@terrace/domain/json";
import type { Result } from "@terrace/domain/result";
import type { Logger } from "pino";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { ConsentModule } from "../consent/module.ts";
import type { Governor } from "../governor/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

/** Who carries the messages of a channel in a workspace. */
export type Provider = {
  readonly id: string;
  readonly kind: string;
  readonly repeating: Repeating;
  /** How long after the first try the same reference may be handed over again, or asked about; null: without an end. */
  readonly repeatableForMs: number | null;
  /** null: as fast as it takes them. */
  readonly ratePerSecond: number | null;
  /** Hand-overs that it takes at once, and how long one may take. */
  readonly atOnce: number;
  readonly handoverMs: number;
  /** Stands for the account that messages are handed over to: another one knows nothing of them. */
  readonly trust: string;
};

/** What a provider is asked about: our reference, and what it may find the message by besides. */
export type LookupAsked = {
  readonly reference: string;
  readonly to: string;
  readonly handedOverMs: number;
  readonly providerRef?: string | undefined;
};

/** What the outbox needs of whoever carries messages. */
export type Carrier = {
  readonly providerFor: (workspaceId: number, channel: MessageChannel) => Promise<Provider | undefined>;
  /** A provider, also one that is off or no default; undefined when it is gone. */
  readonly provider: (workspaceId: number, id: string) => Promise<Provider | undefined>;
  readonly send: (workspaceId: number, providerId: string, handover: Handover, signal: AbortSignal) => Promise<SendOutcome>;
  readonly lookup: (workspaceId: number, providerId: string, asked: LookupAsked, signal: AbortSignal) => Promise<LookupAnswer>;
};

export type RenderAsked = {
  readonly channel: MessageChannel;
  readonly template: string;
  readonly version: number | null;
  readonly personId: string;
  readonly originId: string;
  readonly purpose: string;
  readonly transactional: boolean;
  readonly reference: string;
  readonly variables: JsonObject;
};

/** A template, in the version in force for null. */
export type TemplateAsked = Pick<RenderAsked, "template"> & { readonly version: number | null };

export type TemplateFacts = {
  readonly channel: MessageChannel;
  readonly purpose: string;
  readonly tags: readonly string[];
  /** What a person asked for or must know: quiet hours, caps and holdouts do not hold it back, suppressed addresses and a withdrawn purpose do. */
  readonly transactional: boolean;
};

/** What the outbox needs of templates: the message in its final form, and the version it was made of. */
export type Content = {
  /** What the versions say that would be sent now, in the order asked for; undefined of what is not published. */
  readonly facts: (sql: Tx, workspaceId: number, asked: readonly TemplateAsked[]) => Promise<readonly (TemplateFacts | undefined)[]>;
  /** Throws while an engine is away. What counted as transactional and is so no more is refused. */
  readonly render: (
    workspaceId: number,
    asked: RenderAsked,
  ) => Promise<Result<{ readonly message: RenderedMessage; readonly version: number }>>;
};

export type MessageDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId">;
  readonly audit: AccessModule["audit"];
  readonly people: Pick<PeopleModule, "idsOfPeople" | "ownersIn" | "newest" | "clearIds" | "clearIdsIn">;
  readonly governor: Pick<Governor, "decide" | "decideRepeats" | "suppress">;
  readonly carrier: Carrier;
  readonly content: Content;
  readonly consent: Pick<ConsentModule, "withdraw">;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly log: Logger;
};
