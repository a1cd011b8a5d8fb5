import { randomBytes, randomUUID } from "node:crypto";
import pino, { type Logger } from "pino";
import { createPrivacyModule, type PrivacyModule } from "../modules/privacy/module.ts";
import type { LedgerFolder } from "../modules/rights/module.ts";
import { createBlobs, type Blobs } from "../platform/blobs/blobs.ts";
import { createMailer, type MailServer, type SendMail } from "../platform/mail/mailer.ts";
import { createOutbound, type Outbound } from "../platform/outbound/outbound.ts";
import { openWarehouse, type ClickHouseAddress, type Warehouse } from "../platform/storage/clickhouse.ts";
import { openPostgres, type Db, type PostgresAddress } from "../platform/storage/postgres.ts";
import { outliveLostConnections } from "./lost-connections.ts";

/** What every process and thread of an installation needs to know; plain data, so that it can be handed to a thread. */
export type CoreConfig = {
  readonly postgres: PostgresAddress;
  readonly clickhouse: ClickHouseAddress;
  readonly clickhouseReplicated: boolean;
  readonly masterKey: Uint8Array;
  /** This machine's own folder, as a whole path. */
  readonly dataFolder: string;
  /** Where the list of erased ids is kept besides the database; the folder of the backup plan comes on top. */
  readonly ledgerFolders: readonly LedgerFolder[];
  readonly logLevel: string;
  readonly feedRetentionHours: number;
  /** 0 = as many as the feed can take. */
  readonly writeKeyEventsPerSecond: number;
  readonly outboundAllow: string;
  /** The mail server of workspaces without one of their own. */
  readonly mailServer?: MailServer | undefined;
  /** The address people use; by default the one a request came to. */
  readonly publicUrl?: string | undefined;
};

/** Clients, vault, clock and randomness: the ground modules stand on. */
export type Core = {
  readonly config: CoreConfig;
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: PrivacyModule;
  readonly outbound: Outbound;
  readonly sendMail: SendMail;
  readonly blobs: Blobs;
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly close: () => Promise<void>;
};

/** Opens the clients. `name` shows in the engines' own lists of connections and in log lines. */
export function openCore(config: CoreConfig, name: string, connectionsMax: number): Core {
  const db = openPostgres(config.postgres, { connectionsMax, name: `terrace-${name}` });
  const warehouse = openWarehouse(config.clickhouse);
  const privacy = createPrivacyModule({ masterKey: config.masterKey });
  const outbound = createOutbound({ db, allow: config.outboundAllow });
  const log = createLogger(config.logLevel, name);
  const stopOutliving = outliveLostConnections(log);
  return {
    config,
    db,
    warehouse,
    privacy,
    blobs: createBlobs({ db, cipher: privacy }),
    outbound,
    sendMail: createMailer({ outbound }),
    log,
    nowMs: Date.now,
    randomId: randomUUID,
    randomBytes: (count) => randomBytes(count),
    close: async () => {
      await Promise.all([db.end({ timeout: 3 }), warehouse.close()]);
      stopOutliving();
    },
  };
}

/** Structured logs on standard error; keys and bodies never get in, and credentials in headers are cut out. */
export function createLogger(level: string, name: string): Logger {
  return pino(
    {
      level,
      name,
      base: { name },
      redact: ["req.headers.authorization", "req.headers.cookie", "headers.authorization", "headers.cookie"],
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ fd: 2, sync: false }),
  );
}
