import type { Handover, SendOutcome } from "@terrace/domain/messages/delivery";
import type { OpenedProvider } from "../opened-provider.ts";
import { accepted, refused, type Found } from "./adapter.ts";

export type SandboxKeeping = {
  readonly keepHandover: (provider: OpenedProvider, handover: Handover) => Promise<void>;
  readonly hasHandover: (provider: OpenedProvider, reference: string) => Promise<boolean>;
};

/** Carries nothing: keeps what would have been sent, so that it can be looked at. */
export function createSandboxAdapter({ keepHandover, hasHandover }: SandboxKeeping) {
  return {
    send: async (provider: OpenedProvider, handover: Handover): Promise<SendOutcome> => {
      if (handover.message.channel !== provider.channel) return refused("channel.other_channel");
      await keepHandover(provider, handover);
      return accepted(handover.reference);
    },
    lookup: async (provider: OpenedProvider, reference: string): Promise<Found> =>
      (await hasHandover(provider, reference)) ? "delivered" : "absent",
  };
}
