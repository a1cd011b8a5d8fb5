import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import { accepted, refused, type Adapter, type Carried } from "./adapter.ts";
import { byStatus, objectIn, textAt, type Answer, type ProviderCall } from "./provider-call.ts";

type Write = (value: string) => string;
const PLAIN: Write = (value) => value.replaceAll(/[\r\n]/g, " ");
const IN_URL: Write = encodeURIComponent;
const IN_JSON: Write = (value) => JSON.stringify(value).slice(1, -1);

/** Any service that takes a text message by one HTTP request, described by its settings. */
export function createHttpSmsAdapter({ call }: { readonly call: ProviderCall }): Adapter<"http_sms", "sms"> {
  return {
    send: async ({ settings, secrets }, carried, signal) => {
      const { url, method, contentType, headers, body, success } = settings;
      const values = valuesOf(carried, secrets["secret"] ?? "");
      const request = {
        method,
        headers: {
          ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), fill(value, values, PLAIN)])),
          ...(method === "GET" ? {} : { "content-type": contentType }),
        },
        ...(method === "GET" ? {} : { body: fill(body, values, contentType === "application/json" ? IN_JSON : IN_URL) }),
      };
      const called = await call(fill(url, values, IN_URL), request, signal);
      return "failed" in called ? called.failed : outcomeOf(called.answer, success);
    },
  };
}

function valuesOf({ reference, to, message }: Carried<"sms">, secret: string): ReadonlyMap<string, string> {
  const { text, signature = "", template } = message;
  const params = template?.params.map(([name, value]) => [`param.${name}`, value] as const) ?? [];
  return new Map([
    ["to", to],
    ["text", text],
    ["signature", signature],
    ["template", template?.id ?? ""],
    ["reference", reference],
    ["secret", secret],
    ...params,
  ]);
}

/** A name without a value leaves nothing. */
function fill(text: string, values: ReadonlyMap<string, string>, write: Write): string {
  return text.replaceAll(/\{\{\s*([\w.-]{1,80})\s*\}\}/g, (_whole, name: string) => write(values.get(name) ?? ""));
}

function outcomeOf(answer: Answer, success: SettingsOf<"http_sms">["success"]): SendOutcome {
  const { statusBelow, field, equals, idField } = success;
  if (answer.status < 200 || answer.status >= statusBelow) return byStatus(answer, "http_sms") ?? refused(`http_sms_http_${answer.status}`);
  const body = objectIn(answer.body);
  const said = field === undefined ? "" : textAt(body, field);
  if (field !== undefined && said !== (equals ?? "")) return refused(`http_sms_${said}`);
  return accepted(idField === undefined ? null : textAt(body, idField) || null);
}
