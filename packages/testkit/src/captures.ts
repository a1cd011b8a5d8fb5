import { readFileSync } from "node:fs";

/** One request as an unchanged client sent it. */
export type CapturedRequest = {
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The decoded JSON body, when it was JSON (packed or not). */
  readonly json: unknown;
  /** The decoded `data_list` of a Sensors form. */
  readonly dataList: readonly unknown[];
};

type RecordedRequest = {
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw_base64: string;
  readonly body_json?: unknown;
  readonly body_form_decoded?: { readonly data_list?: readonly unknown[] };
};

/** Requests recorded from the named client (packages/testkit/captures), in the order they were sent. */
export function loadCapture(
  client: "segment-analytics-node" | "segment-analytics-node-retry" | "posthog-node" | "sensorsdata-node-track",
): readonly CapturedRequest[] {
  const file = JSON.parse(readFileSync(new URL(`../captures/${client}.json`, import.meta.url), "utf8")) as {
    readonly requests: readonly RecordedRequest[];
  };
  return file.requests.map(({ label, method, path, headers, raw_base64: raw, body_json: json, body_form_decoded: form }) => ({
    label,
    method,
    path,
    headers,
    body: Buffer.from(raw, "base64"),
    json,
    dataList: form?.data_list ?? [],
  }));
}
