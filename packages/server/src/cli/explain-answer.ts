import { z } from "zod";

const faultSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional(), mend: z.string().optional() }),
});

/** Why a Terrace did not do what a command asked of it, for the person at the terminal. */
export async function explain(answer: Response | Error, url: string): Promise<string> {
  if (answer instanceof Error)
    return `Terrace does not answer at ${url}: ${answer.cause instanceof Error ? answer.cause.message : answer.message}`;
  const fault = faultSchema.safeParse(await answer.json().catch(() => undefined));
  if (!fault.success) return `Terrace answered ${answer.status}`;
  const { code, message, field, mend } = fault.data.error;
  return `Refused (${code})${field === undefined ? "" : ` at "${field}"`}: ${mend ?? message}`;
}
