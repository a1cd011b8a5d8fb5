import { spawnSync } from "node:child_process";
import { lstatSync, readFileSync } from "node:fs";
import { chown, lchown, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The numeric account that an engine runs as; undefined means this process's own account. */
export type Account = Readonly<{ uid: number; gid: number }>;

const NOBODY: Account = { uid: 65_534, gid: 65_534 };

/**
 * PostgreSQL refuses to run as root. Root therefore starts it as whoever already owns the cluster, else as `postgres`, else as `nobody`.
 * Everyone else starts it as themselves.
 */
export function chooseAccount(clusterPath: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return ownerOf(clusterPath) ?? findAccount("postgres") ?? findAccount("nobody") ?? NOBODY;
}

function ownerOf(path: string): Account | undefined {
  try {
    const { uid, gid } = lstatSync(path);
    return uid === 0 ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

function findAccount(name: string): Account | undefined {
  try {
    const line = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((entry) => entry.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(":") ?? [];
    if (uid === undefined || gid === undefined || Number(uid) === 0) return undefined;
    return { uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined;
  }
}

/** Whether the account can read and enter (or execute) a path, asked of the system itself, so that every parent folder and ACL counts. */
export function canReach(path: string, account: Account | undefined): boolean {
  const probe = spawnSync("/bin/sh", ["-c", 'test -r "$1" && test -x "$1"', "sh", path], { ...account, cwd: "/", stdio: "ignore" });
  return probe.status === 0;
}

/** Hands a folder and everything in it to the account; links are handed over, not followed. */
export async function handOver(path: string, account: Account): Promise<void> {
  await chown(path, account.uid, account.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await handOver(child, account);
    else await lchown(child, account.uid, account.gid);
  }
}
