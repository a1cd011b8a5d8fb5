import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { Handover, RenderedMessage, Repeating, SendOutcome } from "@terrace/domain/messages/delivery";
import type { LookupAnswer } from "@terrace/domain/messages/outbox";
import type { JsonObject } from "@terrace/domain/json";
import type { Result } from "@terrace/domain/result";
import type { Logger } from "pino";
import type { Db } from "../../platform/storage/postgres.ts";
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
  readonly send: (workspaceId: number, providerId: string, handover: Handover, signal: AbortSignal) => Promise<SendOutcome>;
  readonly lookup: (workspaceId: number, providerId: string, asked: LookupAsked, signal: AbortSignal) => Promise<LookupAnswer>;
};

export type RenderAsked = {
  readonly channel: MessageChannel;
  readonly template: string;
  readonly version: number | null;
  readonly personId: string;
  readonly purpose: string;
  readonly transactional: boolean;
  readonly reference: string;
  readonly variables: JsonObject;
};

/** What the outbox needs of templates: the message in its final form, and the version it was made of. */
export type Content = {
  readonly render: (
    workspaceId: number,
    asked: RenderAsked,
  ) => Promise<Result<{ readonly message: RenderedMessage; readonly version: number }>>;
};

export type MessageDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly people: Pick<PeopleModule, "idsOfPeople" | "identities" | "clearIds">;
  readonly governor: Pick<Governor, "decide" | "suppress">;
  readonly carrier: Carrier;
  readonly content: Content;
  readonly consent: Pick<ConsentModule, "withdraw">;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly log: Logger;
};
