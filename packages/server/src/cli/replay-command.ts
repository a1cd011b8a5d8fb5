import { parseArgs } from "node:util";

const HELP = `terrace replay <consumer> --from <time> --key <secret key> [--url http://127.0.0.1:7700]

Makes one consumer of a running Terrace read the feed again from a time, as far as the feed still holds it. The consumer
"warehouse" writes again whatever the event engine lacks; nothing is doubled.

  --from <time>   ISO 8601, e.g. 2026-07-16T00:00:00+08:00
  --key <key>     a secret key with the scope workspace:manage (or TERRACE_SECRET_KEY)
  --url <url>     where Terrace answers (or TERRACE_URL)
`;

/** Asks a running Terrace to set one consumer back; 0 when done, 1 when refused, 2 when the call is wrong. */
export async function runReplayCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const call = readCall(argv);
  if (typeof call === "string") return say(`${call}\n\n${HELP}`, 2);
  const { values, positionals } = call;
  if (values.help === true) return say(HELP, 0);
  const [consumer] = positionals;
  const from = new Date(values.from ?? "");
  const key = values.key ?? environment["TERRACE_SECRET_KEY"];
  if (consumer === undefined || Number.isNaN(from.getTime()) || key === undefined) return say(HELP, 2);
  const url = new URL("/api/workspaces/current/feed/replay", values.url ?? environment["TERRACE_URL"] ?? "http://127.0.0.1:7700");
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ consumer, from: from.toISOString() }),
  });
  return say(`${await answer.text()}\n`, answer.ok ? 0 : 1);
}

/** The parts of the call, or what is wrong with it. */
function readCall(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: { from: { type: "string" }, key: { type: "string" }, url: { type: "string" }, help: { type: "boolean" } },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function say(text: string, code: number): number {
  process[code === 0 ? "stdout" : "stderr"].write(text);
  return code;
}
