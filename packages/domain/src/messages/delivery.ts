import type { JsonObject } from "../json.ts";
import type { MessageChannel } from "./channel.ts";

/** What a person gets, in the form that an adapter hands over. Everything in it is final: no variable is left. */
export type RenderedMessage =
  | {
      readonly channel: "email";
      readonly subject: string;
      readonly html: string;
      readonly text: string;
      readonly replyTo?: string | undefined;
      /** Address that ends messages of this purpose with one click (RFC 8058); none for what a person asked for. */
      readonly unsubscribeUrl?: string | undefined;
    }
  | {
      readonly channel: "sms";
      readonly text: string;
      /** Words in brackets before the text, as registered with the carrier. */
      readonly signature?: string | undefined;
      /** The provider's own name of the registered template, with its parameters in the order of the template. */
      readonly template?: { readonly id: string; readonly params: readonly (readonly [string, string])[] } | undefined;
    }
  | {
      readonly channel: "push";
      readonly title: string;
      readonly body: string;
      readonly imageUrl?: string | undefined;
      readonly link?: string | undefined;
      readonly data: Readonly<Record<string, string>>;
    }
  | {
      readonly channel: "wechat";
      readonly templateId: string;
      readonly data: Readonly<Record<string, string>>;
      readonly link?: string | undefined;
      readonly miniProgram?: { readonly appId: string; readonly page: string } | undefined;
    }
  | { readonly channel: "wecom"; readonly text: string; readonly link?: { readonly title: string; readonly url: string } | undefined }
  | {
      readonly channel: "in_app";
      readonly form: "message" | "pop_up";
      readonly title: string;
      readonly body: string;
      readonly imageUrl?: string | undefined;
      readonly buttons: readonly { readonly label: string; readonly url: string }[];
      /** Unix ms after which it is not shown any more. */
      readonly untilMs?: number | undefined;
    }
  | {
      readonly channel: "webhook";
      readonly url: string;
      readonly method: "POST" | "PUT";
      readonly headers: Readonly<Record<string, string>>;
      readonly body: JsonObject;
    };

/** Where it goes: the address in clear, and what else the provider asks for. It is opened right before handing over and never kept. */
export type Address = {
  readonly channel: MessageChannel;
  /** E-mail address, phone number in E.164, push token or subscription, openid, external user id; the person's id for `in_app` and `webhook`. */
  readonly value: string;
};

/** One message on its way to a provider. `reference` is ours, the same for every attempt; at most 32 of [a-z0-9]. */
export type Handover = { readonly reference: string; readonly address: Address; readonly message: RenderedMessage };

/** What is wrong with an address for good, so that nothing is sent to it again. */
export type AddressFault = "invalid" | "unsubscribed" | "blocked";

/** How handing a message over ended. */
export type SendOutcome =
  /** The provider has it; `providerRef` is the provider's own id of it, where it gives one. */
  | { readonly outcome: "accepted"; readonly providerRef: string | null }
  /** The provider has not taken it and never will; `addressFault` tells that the address is why. */
  | { readonly outcome: "refused"; readonly code: string; readonly addressFault?: AddressFault | undefined }
  /** The provider has certainly not taken it now: it may be handed over again. */
  | { readonly outcome: "retry"; readonly code: string; readonly afterMs?: number | undefined }
  /** The provider may have taken it: what comes next is told by `Repeating`. */
  | { readonly outcome: "unknown"; readonly code: string };

/**
 * What a provider allows after an attempt of unknown end. `idempotent`: the same reference handed over again is not sent twice. `queryable`: it can be asked whether
 * it has our reference. `neither`: the message stays unknown until a receipt tells, and is never handed over again blindly.
 */
export type Repeating = "idempotent" | "queryable" | "neither";
