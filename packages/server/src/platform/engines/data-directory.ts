import { constants } from "node:fs";
import { access, mkdir, readdir, readFile, rm, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { takeDataLock, type DataLock } from "./data-lock.ts";
import { replaceFile } from "./replace-file.ts";
import { forgetServedAddress, writeServedAddress } from "./served-address.ts";
import { StartFault, asStartFault, diskFull, systemErrorCode, unusablePath } from "./start-fault.ts";
import { temporaryFolderFor } from "./temporary-folder.ts";

/** The layout of the data directory that this release writes; a larger number on disk comes from a newer release. */
export const DATA_FORMAT = 1;

const FREE_BYTES_MIN = 200 * 1024 * 1024;

/** `sun_path` holds 104 bytes on macOS and 108 on Linux; the longest socket name used here takes 24. */
const SOCKET_DIRECTORY_BYTES_MAX = 76;

/** An opened data directory: this process holds its lock until `close` or until it dies. All paths are absolute. */
export type DataDirectory = Readonly<{
  path: string;
  statePath: string;
  eventsPath: string;
  runPath: string;
  tmpPath: string;
  /** Short enough for unix sockets; private to this account. */
  socketPath: string;
  /** Leaves word, for commands that run beside, where this process is reached; not in a folder that several processes share. */
  announceAddress: (url: string) => Promise<void>;
  close: () => Promise<void>;
}>;

export type OpenOptions = Readonly<{
  /** Lock it for this process (the default). Without embedded engines several processes may share the folder. */
  exclusive?: boolean;
  /** A restore opens the folder it has marked; everybody else is refused there. */
  restoring?: boolean;
}>;

/** Stands in a data directory from the beginning of a restore to its end: what lies there meanwhile is not whole. */
export const RESTORE_MARK = "restore.unfinished";

/**
 * Creates or opens a data directory and locks it for this process.
 * Throws a StartFault: data.newer_version, data.in_use, data.no_permission, data.disk_full, data.damaged, data.unusable_path, data.restore_unfinished.
 */
export async function openDataDirectory(path: string, options: OpenOptions = {}): Promise<DataDirectory> {
  const root = resolve(path);
  try {
    return await open(root, options);
  } catch (error) {
    throw asStartFault(error, root);
  }
}

async function open(root: string, { exclusive = true, restoring = false }: OpenOptions): Promise<DataDirectory> {
  await makeFolder(root);
  await access(root, constants.R_OK | constants.W_OK | constants.X_OK);
  await requireFreeSpace(root);
  await requireKnownFormat(root);
  if (!restoring) await refuseUnfinishedRestore(root);
  const lock = exclusive ? takeDataLock(root) : undefined;
  try {
    return await layOut(root, lock);
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** Makes a folder and its parents one by one: Node's own way goes round for ever where a file system knows no new folders, as /proc. */
async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch(unless("ENOENT"));
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw unusablePath(path);
  await makeFolder(dirname(path));
  // Another process may have made it in between.
  await mkdir(path).catch(unless("EEXIST"));
}

function unless(code: string): (error: unknown) => undefined {
  return (error) => {
    if (systemErrorCode(error) !== code) throw error;
  };
}

async function layOut(root: string, lock: DataLock | undefined): Promise<DataDirectory> {
  const folders = {
    statePath: join(root, "state"),
    eventsPath: join(root, "events"),
    runPath: join(root, "run"),
    tmpPath: join(root, "tmp"),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o755 });
  if (lock !== undefined) {
    await emptyFolder(folders.tmpPath);
    await forgetServedAddress(root);
  }
  await writeFormat(root);
  const socketPath = await openSocketFolder(root, folders.runPath);
  const close = async (): Promise<void> => {
    if (lock === undefined) return;
    await forgetServedAddress(root);
    if (socketPath !== folders.runPath) await rm(socketPath, { recursive: true, force: true });
    lock.release();
  };
  const announceAddress = async (url: string): Promise<void> => {
    if (lock !== undefined) await writeServedAddress(root, url);
  };
  return { path: root, ...folders, socketPath, announceAddress, close };
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

async function requireFreeSpace(root: string): Promise<void> {
  const { bavail, bsize } = await statfs(root);
  if (bavail * bsize < FREE_BYTES_MIN) throw diskFull(root);
}

async function refuseUnfinishedRestore(root: string): Promise<void> {
  if ((await stat(join(root, RESTORE_MARK)).catch(unless("ENOENT"))) !== undefined) throw unfinishedRestore(root);
}

/** The fault of data that a restore did not finish. */
export function unfinishedRestore(where: string): StartFault {
  return new StartFault(
    "data.restore_unfinished",
    { en: `A restore into ${where} was not finished.`, zh: `向 ${where} 的恢复没有完成。` },
    {
      mend: {
        en: "Run terrace restore again with the same target; it begins anew.",
        zh: "请以相同的目标再次运行 terrace restore，它会从头开始。",
      },
    },
  );
}

async function requireKnownFormat(root: string): Promise<void> {
  const format = await readFormat(root);
  if (format === undefined || format <= DATA_FORMAT) return;
  throw new StartFault(
    "data.newer_version",
    {
      en: `The data in ${root} was written by a newer Terrace (format ${format}; this one knows ${DATA_FORMAT}).`,
      zh: `${root} 中的数据由更新版本的 Terrace 写入（格式 ${format}，当前版本支持到 ${DATA_FORMAT}）。`,
    },
    {
      mend: {
        en: "Start that newer version, or choose another folder with --data.",
        zh: "请使用更新的版本启动，或用 --data 指定其他目录。",
      },
    },
  );
}

async function readFormat(root: string): Promise<number | undefined> {
  const file = join(root, "version.json");
  const text = await readFile(file, "utf8").catch(unless("ENOENT"));
  if (text === undefined) return undefined;
  const format = parseFormat(text);
  if (format !== undefined) return format;
  throw new StartFault(
    "data.damaged",
    { en: `${file} cannot be read as a Terrace version file.`, zh: `无法识别版本文件 ${file}。` },
    {
      mend: {
        en: "Restore it from a backup, or choose another folder with --data.",
        zh: "请从备份恢复该文件，或用 --data 指定其他目录。",
      },
    },
  );
}

function parseFormat(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("format" in value)) return undefined;
    return typeof value.format === "number" && Number.isInteger(value.format) ? value.format : undefined;
  } catch {
    return undefined;
  }
}

async function writeFormat(root: string): Promise<void> {
  await replaceFile(join(root, "version.json"), `${JSON.stringify({ format: DATA_FORMAT })}\n`);
}

/** Unix socket paths are short: a deep data directory keeps its sockets in the system's temporary folder. */
async function openSocketFolder(root: string, runPath: string): Promise<string> {
  if (Buffer.byteLength(runPath) <= SOCKET_DIRECTORY_BYTES_MAX) return runPath;
  return temporaryFolderFor(root, "run");
}
