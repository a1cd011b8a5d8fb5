import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartFault, noPermission } from "./start-fault.ts";

/** The exclusive right to a data directory. The kernel takes it back when the process dies, however it dies. */
export type DataLock = Readonly<{ release: () => void }>;

/**
 * Locks a data directory for this process; throws StartFault data.in_use, naming the owner's pid.
 * Node has no flock: an open exclusive SQLite transaction holds a POSIX lock on `lock.db`, which cannot be left behind by a crash
 * and is not fooled by re-used pids or by two containers that share the folder.
 */
export function takeDataLock(root: string): DataLock {
  const database = openLockFile(root);
  try {
    database.exec("PRAGMA journal_mode = MEMORY; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw lockFault(root, error);
  }
  writeFileSync(ownerFile(root), String(process.pid));
  return {
    release: () => {
      if (!database.isOpen) return;
      database.close();
    },
  };
}

function openLockFile(root: string): DatabaseSync {
  try {
    return new DatabaseSync(join(root, "lock.db"));
  } catch (error) {
    throw lockFault(root, error);
  }
}

const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CANTOPEN = 14;

function lockFault(root: string, error: unknown): unknown {
  const code = typeof error === "object" && error !== null && "errcode" in error ? error.errcode : undefined;
  if (code === SQLITE_BUSY) return inUse(root, error);
  if (code === SQLITE_READONLY || code === SQLITE_CANTOPEN) return noPermission(root, error);
  return error;
}

function ownerFile(root: string): string {
  return join(root, "lock.pid");
}

function inUse(root: string, cause: unknown): StartFault {
  const owner = readOwner(root);
  return new StartFault(
    "data.in_use",
    { en: `${root} is in use by another Terrace (process ${owner}).`, zh: `${root} 正被另一个 Terrace 进程使用（进程号 ${owner}）。` },
    {
      mend: {
        en: "Stop that process, or choose another folder with --data.",
        zh: "请先停止该进程，或用 --data 指定其他目录。",
      },
      cause,
    },
  );
}

function readOwner(root: string): string {
  try {
    return readFileSync(ownerFile(root), "utf8").trim() || "?";
  } catch {
    return "?";
  }
}
