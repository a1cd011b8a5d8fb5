import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { ConfigError, readStartConfig, type StartConfig } from "../config.ts";
import { createAccessModule, type OperatorLink } from "../modules/access/module.ts";
import { attachPostgres } from "../platform/engines/attach-postgres.ts";
import { readServedAddress } from "../platform/engines/served-address.ts";
import { StartFault, systemErrorCode } from "../platform/engines/start-fault.ts";
import { openPostgres, type PostgresAddress } from "../platform/storage/postgres.ts";
import type { Result } from "@terrace/domain/result";
import { explainFault } from "./explain-fault.ts";

const HELP = `terrace sign-in [options]

Makes a new one-time sign-in link, for an owner who is locked out or lost the first one. Works beside a running Terrace as well as
without one. Run it as the account Terrace runs as; the link is written to the audit log of every workspace of that operator.

  --data <folder>    the data directory of Terrace (or TERRACE_DATA; default ./data)
  --email <e-mail>   whose link; default: the first owner
  --break-glass      the session stands above the workspace's address list, a required second factor and a switched-off
                     password, for one hour
  --reset-second-factor
                     takes the operator's second factor away
  --url <url>        the address people use (or TERRACE_PUBLIC_URL; default: where the running Terrace is reached,
                     else http://127.0.0.1:7700)
  --help             this text

With DATABASE_URL the link is made in that database instead. Links made before and not used yet stop working.
Exit codes: 0 made, 1 failed, 2 wrong call.
`;

type Io = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
};

const EXIT = { done: 0, failed: 1, usage: 2 } as const;
const UNDEFINED_TABLE = "42P01";

/** The link cannot be made; the message is for the person at the terminal. */
class SignInFailed extends Error {}

/** Runs `terrace sign-in`; resolves with the exit code. */
export async function runSignInCommand(argv: readonly string[], io: Io): Promise<number> {
  try {
    const call = readCall(argv, io.env);
    if (call === "help") return say(io.stdout, HELP, EXIT.done);
    const { link, url, note } = await makeLink(call, io);
    return say(
      io.stdout,
      `Sign in once as ${link.email} with this link (valid 24 hours):\n  ${url.replace(/\/+$/u, "")}${link.path}\n${note}`,
      EXIT.done,
    );
  } catch (error) {
    if (error instanceof ConfigError) return say(io.stderr, `${error.message}\n`, EXIT.usage);
    if (error instanceof StartFault) return say(io.stderr, `${explainFault(error)}\n`, EXIT.failed);
    if (error instanceof SignInFailed) return say(io.stderr, `${error.message}\n`, EXIT.failed);
    throw error;
  }
}

type Call = { readonly config: StartConfig; readonly renewal: Renewal; readonly url: string | undefined };
type Renewal = { readonly email: string | undefined; readonly breakGlass: boolean; readonly resetSecondFactor: boolean };

function readCall(argv: readonly string[], env: Io["env"]): Call | "help" {
  try {
    const { values } = parseArgs({
      args: [...argv],
      strict: true,
      options: {
        data: { type: "string" },
        email: { type: "string" },
        url: { type: "string" },
        "break-glass": { type: "boolean" },
        "reset-second-factor": { type: "boolean" },
        help: { type: "boolean" },
      },
    });
    if (values.help === true) return "help";
    const config = readStartConfig(values.data === undefined ? [] : ["--data", values.data], env);
    const renewal = {
      email: values.email,
      breakGlass: values["break-glass"] === true,
      resetSecondFactor: values["reset-second-factor"] === true,
    };
    return { config, renewal, url: values.url ?? config.publicUrl };
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

function localUrl({ host, port }: StartConfig): string {
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`;
}

type Made = { readonly link: OperatorLink; readonly url: string; readonly note: string };

async function makeLink({ config, renewal, url }: Call, io: Io): Promise<Made> {
  if (config.databaseUrl !== undefined)
    return { link: await linkIn({ url: config.databaseUrl }, renewal), url: url ?? localUrl(config), note: "" };
  const warn = (_fields: object, message: string): void => {
    io.stderr.write(`${message}\n`);
  };
  const attached = await attachPostgres(config.data, { info: () => undefined, warn, error: warn });
  try {
    const running = attached.isTerraceRunning ? await readServedAddress(config.data) : undefined;
    return {
      link: await linkIn(attached.address, renewal),
      url: url ?? running ?? localUrl(config),
      note: attached.isTerraceRunning ? "" : "Terrace does not run with this data directory; start it before you open the link.\n",
    };
  } finally {
    await attached.close();
  }
}

async function linkIn(address: PostgresAddress, renewal: Renewal): Promise<OperatorLink> {
  const db = openPostgres(address, { connectionsMax: 1, name: "terrace-sign-in" });
  const quiet = (): void => undefined;
  try {
    const access = createAccessModule({
      db,
      nowMs: Date.now,
      randomBytes: (count) => randomBytes(count),
      log: { info: quiet, warn: quiet, error: quiet },
    });
    return valueOf(await access.renewSignIn(renewal));
  } catch (error) {
    throw explained(error);
  } finally {
    await db.end({ timeout: 3 });
  }
}

function valueOf(result: Result<OperatorLink>): OperatorLink {
  if (!result.ok) throw new SignInFailed(`${result.fault.mend ?? "Refused"} (${result.fault.code})`);
  return result.value;
}

/** What PostgreSQL says, for whoever has to mend it. */
function explained(error: unknown): unknown {
  const code = systemErrorCode(error);
  if (error instanceof SignInFailed || code === undefined) return error;
  if (code === UNDEFINED_TABLE)
    return new SignInFailed("This database was not used by Terrace yet; start Terrace, its first start prints a link (member.not_found)");
  return new SignInFailed(`PostgreSQL cannot be used: ${error instanceof Error ? error.message : code} (service.unavailable)`);
}

function say(output: { readonly write: (text: string) => unknown }, text: string, code: number): number {
  output.write(text);
  return code;
}
