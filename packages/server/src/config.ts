import { parseArgs } from "node:util";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { TrustProxy } from "./platform/http/http-server.ts";
import { MAIL_SECURITIES, type MailServer } from "./platform/mail/mailer.ts";
import { readAllowList } from "./platform/outbound/allow-list.ts";

const PORT_MAX = 65_535;

/** What this process does: serve HTTP, run the pipeline, or both. */
export type ProcessRole = "all" | "api" | "worker";

/** Everything `terrace start` can be told; flags win over environment, environment over defaults. */
export type StartConfig = {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly empty: boolean;
  /** What becomes of simulated businesses: made at the first start and alive, made but standing still, or none. */
  readonly simulated: "live" | "still" | "off";
  readonly role: ProcessRole;
  readonly databaseUrl: string | undefined;
  readonly clickhouseUrl: string | undefined;
  readonly clickhouseCluster: string | undefined;
  readonly clickhouseNodeUrls: readonly string[] | undefined;
  readonly clickhouseReplicated: boolean;
  readonly masterKey: string | undefined;
  /** A folder apart in which the list of erased ids is kept as well. */
  readonly erasures: string | undefined;
  readonly initWriteKey: string | undefined;
  readonly initSecretKey: string | undefined;
  readonly initOwner: string | undefined;
  /** How many proxies stand in front, or which. */
  readonly trustProxy: TrustProxy;
  readonly publicUrl: string | undefined;
  readonly logLevel: string;
  readonly feedRetentionHours: number;
  /** Events a write key may send to one process per second in the long run; 0 = no limit. */
  readonly writeKeyEventsPerSecond: number;
  /** What outgoing calls may reach besides public addresses, as written; `readAllowList` reads it. */
  readonly outboundAllow: string;
  /** The mail server of workspaces without one of their own. */
  readonly mailServer: MailServer | undefined;
};

export const START_HELP = `terrace start: start Terrace with everything it needs

Usage: npm start -- [options]

Options (each also as an environment variable)
  --port <n>            HTTP port                                  TERRACE_PORT        7700
  --host <address>      address to listen on                       TERRACE_HOST        127.0.0.1
  --data <folder>       where everything is kept                   TERRACE_DATA        ./data
  --empty               start without sample and simulation        TERRACE_EMPTY       false
  --simulated <how>     live, still or off: the simulated business TERRACE_SIMULATED   live
  --role <role>         all, api or worker                         TERRACE_ROLE        all
  --help                this text
  --version             the version

Everything else Terrace can do (import, sign-in, replay): npm run terrace

Engines of your own instead of the embedded ones
  DATABASE_URL                  PostgreSQL 15 or newer, e.g. postgres://user:password@host/terrace
  CLICKHOUSE_URL                ClickHouse, e.g. http://user:password@host:8123/terrace
  CLICKHOUSE_CLUSTER            name of the cluster: tables become local + Distributed
  CLICKHOUSE_NODE_URLS          every node's URL, comma-separated: create tables node by node, without ON CLUSTER
  TERRACE_MASTER_KEY            32 bytes in base64; the same for every process (default: made in <data>/secrets)

First keys and owner, for automation
  TERRACE_INIT_WRITE_KEY        a write key for sending events
  TERRACE_INIT_SECRET_KEY       a secret key for the API, with every scope
  TERRACE_INIT_OWNER            email:password of the first owner

Operation
  TERRACE_PUBLIC_URL            the address people use, e.g. https://terrace.example.com
  TERRACE_TRUST_PROXY           true behind a reverse proxy: take the client address from X-Forwarded-For; behind several, how
                                many there are, or their addresses and networks (comma-separated)
  TERRACE_LOG_LEVEL             debug, info, warn or error (default: info)
  TERRACE_FEED_RETENTION_HOURS  how long the feed can be replayed (default: 72)
  TERRACE_WRITE_KEY_EVENTS_PER_SECOND
                                events a write key may send to one process, ten times as many at once
                                (default: 60000; 0 = no limit)
  TERRACE_ERASURES              an existing folder, best on another disk, in which the list of erased ids is kept as well, so
                                that a restored backup erases them again (always in <data>/erasures and with the backups)
  TERRACE_SMTP_HOST, _PORT, _SECURITY, _USER, _PASSWORD, _FROM
                                the mail server for reports and alerts; security is tls, starttls (default) or none, for a
                                relay of your own. A workspace can set another one. In a private network it also needs
                                TERRACE_OUTBOUND_ALLOW
  TERRACE_OUTBOUND_ALLOW        hosts, host:port and networks of your own that webhooks, pulls and sign-in may call,
                                comma-separated, e.g. erp.internal:8443,10.2.0.0/16 (default: public addresses only)
`;

const text = z.string().trim().min(1).optional();
const flag = z
  .enum(["", "0", "1", "false", "true", "no", "yes"])
  .default("")
  .transform((value) => ["1", "true", "yes"].includes(value));

const environmentSchema = z.object({
  TERRACE_PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().max(PORT_MAX))
    .default(7700),
  TERRACE_HOST: z.string().min(1).default("127.0.0.1"),
  TERRACE_DATA: z.string().min(1).default("./data"),
  TERRACE_EMPTY: flag,
  TERRACE_SIMULATED: z.enum(["live", "still", "off"]).default("live"),
  TERRACE_ROLE: z.enum(["all", "api", "worker"]).default("all"),
  DATABASE_URL: text,
  CLICKHOUSE_URL: text,
  CLICKHOUSE_CLUSTER: text,
  CLICKHOUSE_NODE_URLS: text,
  TERRACE_MASTER_KEY: text,
  TERRACE_ERASURES: text,
  TERRACE_INIT_WRITE_KEY: z.string().min(8).optional(),
  TERRACE_INIT_SECRET_KEY: z.string().min(8).optional(),
  TERRACE_INIT_OWNER: z
    .string()
    .regex(/^[^:\s]+@[^:\s]+:.{8,}$/, "must be email:password with a password of at least 8 characters")
    .optional(),
  TERRACE_TRUST_PROXY: z
    .string()
    .default("")
    .transform(proxiesIn)
    .pipe(z.union([z.literal(false), z.number(), z.string()])),
  TERRACE_PUBLIC_URL: z.url().optional(),
  TERRACE_LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  TERRACE_FEED_RETENTION_HOURS: z.coerce.number().min(1).max(8760).default(72),
  TERRACE_WRITE_KEY_EVENTS_PER_SECOND: z.coerce.number().min(0).default(60_000),
  TERRACE_OUTBOUND_ALLOW: z.string().refine(isAllowList).default(""),
  TERRACE_SMTP_HOST: text,
  TERRACE_SMTP_PORT: z.coerce.number().int().min(1).max(PORT_MAX).optional(),
  TERRACE_SMTP_SECURITY: z.enum(MAIL_SECURITIES).default("starttls"),
  TERRACE_SMTP_USER: text,
  TERRACE_SMTP_PASSWORD: text,
  TERRACE_SMTP_FROM: text,
});

/** `true` is one proxy: believing the whole header would let anyone write any address in front of what the proxy adds. */
function proxiesIn(given: string): TrustProxy | undefined {
  const said = given.trim().toLowerCase();
  if (["", "0", "false", "no"].includes(said)) return false;
  if (["1", "true", "yes"].includes(said)) return 1;
  if (/^\d{1,2}$/.test(said)) return Number(said);
  const networks = said.split(",").map((network) => network.trim());
  return networks.every((network) => ipaddr.isValid(network) || ipaddr.isValidCIDR(network)) ? networks.join(",") : undefined;
}

/** What an option takes, in words. Options without an entry may be secret, and their values are never shown. */
const TAKES: Readonly<Record<string, string>> = {
  TERRACE_PORT: `a whole number from 0 to ${PORT_MAX}; 0 takes any free port`,
  TERRACE_HOST: "an address of this machine, such as 127.0.0.1 or 0.0.0.0",
  TERRACE_DATA: "the name of a folder",
  TERRACE_EMPTY: "true or false",
  TERRACE_SIMULATED: "live, still or off",
  TERRACE_ROLE: "all, api or worker",
  TERRACE_ERASURES: "the name of an existing folder",
  TERRACE_TRUST_PROXY: "true or false, a number of proxies, or addresses and networks such as 10.0.0.0/8, comma-separated",
  TERRACE_PUBLIC_URL: "an address such as https://terrace.example.com",
  TERRACE_LOG_LEVEL: "debug, info, warn, error or silent",
  TERRACE_FEED_RETENTION_HOURS: "a number of hours from 1 to 8760",
  TERRACE_WRITE_KEY_EVENTS_PER_SECOND: "a number from 0 up; 0 is no limit",
  TERRACE_SMTP_PORT: `a whole number from 1 to ${PORT_MAX}`,
  TERRACE_SMTP_SECURITY: "tls, starttls or none",
  TERRACE_OUTBOUND_ALLOW: "hosts, host:port and networks, comma-separated, such as erp.internal:8443,10.2.0.0/16",
};

/** A start option that makes no sense; the message names it. */
export class ConfigError extends Error {}

/** Reads flags and environment into one configuration. Throws `ConfigError` naming the option and what it takes. */
export function readStartConfig(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): StartConfig {
  const flags = readFlags(argv);
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environmentSchema.safeParse({ ...given, ...flags });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const variable = String(issue?.path[0] ?? "option");
    const name = Object.hasOwn(flags, variable) ? flagOf(variable) : variable;
    const takes = TAKES[variable];
    throw new ConfigError(
      takes === undefined
        ? `${name}: ${issue?.message ?? "not understood"} (see --help)`
        : `${name} takes ${takes}; "${flags[variable] ?? given[variable] ?? ""}" is not that (see --help)`,
    );
  }
  const env = parsed.data;
  return {
    port: env.TERRACE_PORT,
    host: env.TERRACE_HOST,
    data: env.TERRACE_DATA,
    empty: env.TERRACE_EMPTY,
    simulated: env.TERRACE_SIMULATED,
    role: env.TERRACE_ROLE,
    databaseUrl: env.DATABASE_URL,
    clickhouseUrl: env.CLICKHOUSE_URL,
    clickhouseCluster: env.CLICKHOUSE_CLUSTER,
    clickhouseNodeUrls: env.CLICKHOUSE_NODE_URLS?.split(",").map((url) => url.trim()),
    clickhouseReplicated: env.CLICKHOUSE_CLUSTER !== undefined && env.CLICKHOUSE_NODE_URLS === undefined,
    masterKey: env.TERRACE_MASTER_KEY,
    erasures: env.TERRACE_ERASURES,
    initWriteKey: env.TERRACE_INIT_WRITE_KEY,
    initSecretKey: env.TERRACE_INIT_SECRET_KEY,
    initOwner: env.TERRACE_INIT_OWNER,
    trustProxy: env.TERRACE_TRUST_PROXY,
    publicUrl: env.TERRACE_PUBLIC_URL,
    logLevel: env.TERRACE_LOG_LEVEL,
    feedRetentionHours: env.TERRACE_FEED_RETENTION_HOURS,
    writeKeyEventsPerSecond: env.TERRACE_WRITE_KEY_EVENTS_PER_SECOND,
    outboundAllow: env.TERRACE_OUTBOUND_ALLOW,
    mailServer: mailServerOf(env),
  };
}

function mailServerOf(env: z.output<typeof environmentSchema>): MailServer | undefined {
  const { TERRACE_SMTP_HOST: host, TERRACE_SMTP_SECURITY: security, TERRACE_SMTP_FROM: from } = env;
  if (host === undefined) return undefined;
  if (from === undefined)
    throw new ConfigError("TERRACE_SMTP_FROM names the sender, e.g. reports@example.com; it is needed beside TERRACE_SMTP_HOST");
  const port = env.TERRACE_SMTP_PORT ?? { tls: 465, starttls: 587, none: 25 }[security];
  return { host, port, security, from, user: env.TERRACE_SMTP_USER, password: env.TERRACE_SMTP_PASSWORD };
}

function isAllowList(value: string): boolean {
  try {
    readAllowList(value);
    return true;
  } catch {
    return false;
  }
}

/** `TERRACE_PORT` → `--port`. */
function flagOf(variable: string): string {
  return `--${variable.slice("TERRACE_".length).toLowerCase()}`;
}

function readFlags(argv: readonly string[]): Record<string, string> {
  try {
    const { values } = parseArgs({
      args: [...argv],
      strict: true,
      options: {
        port: { type: "string" },
        host: { type: "string" },
        data: { type: "string" },
        role: { type: "string" },
        empty: { type: "boolean" },
        simulated: { type: "string" },
      },
    });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [`TERRACE_${name.toUpperCase()}`, String(value)]));
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}
