import { FAULT_MESSAGES } from "@terrace/contract/fault-messages";
import { FAULTS, type FaultBody, type FaultCode } from "@terrace/contract/faults";
import { ZodError } from "zod";
import { troubleOf } from "./dependency-fault.ts";
import { faultError, FaultError } from "./fault-error.ts";
import { faultOfIssues } from "./input-fault.ts";

/** An error as it leaves the server. `bug` says that it must be logged with its stack. */
export type FaultAnswer = {
  readonly status: number;
  readonly body: FaultBody;
  readonly retryAfterSeconds: number | undefined;
  readonly bug: boolean;
};

const RETRY_AFTER_SECONDS = 2;

/** The one place where anything thrown becomes the one fault body. Nothing of an unexpected error but the request id is told. */
export function faultAnswer(error: unknown, requestId: string): FaultAnswer {
  const fault = asFaultError(error);
  const { code, field, mend, details } = fault.fault as FaultError["fault"] & { readonly code: FaultCode };
  const status = FAULTS[fault.code];
  const message = fault.message === mend || fault.message === code ? (FAULT_MESSAGES[code] ?? code) : fault.message;
  const body: FaultBody = {
    error: {
      code,
      message,
      requestId,
      ...(field === undefined ? {} : { field }),
      ...(mend === undefined ? {} : { mend }),
      ...(details === undefined ? {} : { details }),
    },
  };
  const retryAfterSeconds = fault.retryAfterSeconds ?? (status === 429 || status === 503 ? RETRY_AFTER_SECONDS : undefined);
  return { status, body, retryAfterSeconds, bug: code === "internal.error" };
}

function asFaultError(error: unknown): FaultError {
  if (error instanceof FaultError) return error;
  if (error instanceof ZodError) return faultOfIssues(error.issues, "body");
  const trouble = troubleOf(error);
  if (trouble === "unavailable") return faultError("service.unavailable", { mend: "Try again shortly; nothing was changed by halves" });
  if (trouble === "bad_value")
    return faultError("request.invalid", { mend: "A value is out of range or holds characters that cannot be stored" });
  return frameworkFault(error) ?? faultError("internal.error", { mend: "Report it with the request id; the cause is in the server's log" });
}

/** Faults that Fastify itself finds before a handler runs. */
function frameworkFault(error: unknown): FaultError | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return faultError("request.too_large", { mend: "Send less at once" });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
    case "FST_ERR_CTP_INVALID_TYPE":
    case "FST_ERR_CTP_EMPTY_TYPE":
      return faultError("request.unsupported_media_type", { field: "content-type", mend: "Send application/json" });
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
    case "FST_ERR_BAD_URL":
    case "ERR_INVALID_URL":
      return faultError("request.malformed", { mend: "Send a well-formed request: percent-encoded UTF-8 in the URL, JSON in the body" });
    default:
      return undefined;
  }
}
