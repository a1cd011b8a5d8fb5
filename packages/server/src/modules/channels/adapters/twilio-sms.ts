import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import { signedText } from "@terrace/domain/messages/sms-segments";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import type { OpenedProvider } from "../opened-provider.ts";
import { accepted, badAddress, refused, retry, unknown, WAIT_MS, type Adapter } from "./adapter.ts";
import { byStatus, objectIn, textAt, type Answer, type ProviderCall } from "./provider-call.ts";

const ENDPOINT = "https://api.twilio.com";
type Deps = {
  readonly call: ProviderCall;
  /** Where receipts of a provider are posted; undefined when nobody knows the address of this installation. */
  readonly receiptUrl: (provider: OpenedProvider) => string | undefined;
};

/** Twilio: a POST of Messages.json. https://www.twilio.com/docs/messaging/api/message-resource */
export function createTwilioAdapter({ call, receiptUrl }: Deps): Adapter<"twilio_sms", "sms"> {
  return {
    send: async (provider, { reference, to, message }, signal) => {
      const { accountSid, sender, endpoint = ENDPOINT } = provider.settings;
      const callback = receiptUrl(provider);
      const form = new URLSearchParams({
        To: to,
        ...senderOf(sender),
        Body: signedText(message.text, message.signature),
        ...(callback === undefined ? {} : { StatusCallback: `${callback}?reference=${reference}` }),
      });
      const headers = {
        authorization: `Basic ${Buffer.from(`${accountSid}:${provider.secrets["authToken"] ?? ""}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      };
      const address = `${new URL(endpoint).origin}/2010-04-01/Accounts/${accountSid}/Messages.json`;
      const called = await call(address, { method: "POST", headers, body: form.toString() }, signal);
      return "failed" in called ? called.failed : outcomeOf(called.answer);
    },
  };
}

function senderOf(sender: SettingsOf<"twilio_sms">["sender"]): Readonly<Record<string, string>> {
  return /^MG[0-9a-f]{32}$/i.test(sender) ? { MessagingServiceSid: sender } : { From: sender };
}

/** https://www.twilio.com/docs/api/errors: no such number, not a mobile one, not reachable from this sender. */
const NO_NUMBER = new Set(["21211", "21214", "21217", "21614", "21612"]);
const STOPPED = new Set(["21610"]);
const LATER = new Set(["20003", "20429", "21611", "14107", "63038", "30001"]);

function outcomeOf(answer: Answer): SendOutcome {
  const body = objectIn(answer.body);
  if (answer.status === 201 || answer.status === 200) {
    const sid = textAt(body, "sid");
    return sid === "" ? unknown("twilio_unreadable") : accepted(sid);
  }
  const said = textAt(body, "code");
  const code = `twilio_${said}`;
  if (NO_NUMBER.has(said)) return badAddress(code);
  if (STOPPED.has(said)) return badAddress(code, "unsubscribed");
  if (LATER.has(said)) return retry(code, answer.retryAfterMs ?? WAIT_MS);
  return byStatus(answer, "twilio") ?? refused(code);
}
