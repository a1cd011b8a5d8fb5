/** A reason why Terrace cannot start that the person at the keyboard can mend. */
export type StartFaultCode =
  | "data.newer_version"
  | "data.in_use"
  | "data.not_found"
  | "data.no_permission"
  | "data.disk_full"
  | "data.damaged"
  | "data.unusable_path"
  | "data.restore_unfinished"
  | "platform.unsupported"
  | "port.in_use"
  | "engine.unavailable";

export type StartFaultText = Readonly<{ en: string; zh: string }>;

/**
 * An expected refusal to start: `text` says what is wrong and `mend` what to do, each one line in both languages.
 * `message` is the English pair, for logs.
 */
export class StartFault extends Error {
  readonly code: StartFaultCode;
  readonly text: StartFaultText;
  readonly mend: StartFaultText;

  constructor(code: StartFaultCode, text: StartFaultText, options: Readonly<{ mend: StartFaultText; cause?: unknown }>) {
    super(`${text.en} ${options.mend.en}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "StartFault";
    this.code = code;
    this.text = text;
    this.mend = options.mend;
  }
}

/** The `code` of a Node system error (`EACCES`, `ENOSPC` …), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

const NOT_ALLOWED = new Set(["EACCES", "EPERM", "EROFS"]);
const NO_ROOM = new Set(["ENOSPC", "EDQUOT"]);
const NO_FOLDER = new Set(["ENOENT", "ENOTDIR", "EISDIR", "EEXIST", "ELOOP", "ENAMETOOLONG"]);

/** Turns the system errors that a data directory meets into start faults; any other error comes back as it is. */
export function asStartFault(error: unknown, path: string): unknown {
  const code = error instanceof StartFault ? undefined : systemErrorCode(error);
  if (code === undefined) return error;
  if (NOT_ALLOWED.has(code)) return noPermission(path, error);
  if (NO_ROOM.has(code)) return diskFull(path, error);
  return NO_FOLDER.has(code) && isAbout(error, path) ? unusablePath(path, error) : error;
}

/** Whether a system error names the path, a part of it, or something below: a missing program has such a code too. */
function isAbout(error: unknown, path: string): boolean {
  if (typeof error !== "object" || error === null || !("path" in error) || typeof error.path !== "string") return false;
  return error.path.startsWith(path) || path.startsWith(error.path);
}

/** The fault of a path at which there is no folder and none can be made. */
export function unusablePath(path: string, cause?: unknown): StartFault {
  return new StartFault(
    "data.unusable_path",
    { en: `${path} is no folder and none can be made there.`, zh: `${path} 不是目录，也无法在此创建目录。` },
    {
      mend: {
        en: "Choose another folder with --data.",
        zh: "请用 --data 指定其他目录。",
      },
      cause,
    },
  );
}

/** The fault of a directory that this account may not write. */
export function noPermission(path: string, cause?: unknown): StartFault {
  return new StartFault(
    "data.no_permission",
    { en: `Terrace may not write to ${path}.`, zh: `没有权限写入 ${path}。` },
    {
      mend: {
        en: "Give this account the folder (chown -R) or choose another one with --data.",
        zh: "请把该目录的所有权交给当前账号（chown -R），或用 --data 指定其他目录。",
      },
      cause,
    },
  );
}

/** The fault of a disk without room for the engines to start. */
export function diskFull(path: string, cause?: unknown): StartFault {
  return new StartFault(
    "data.disk_full",
    { en: `The disk of ${path} is full.`, zh: `${path} 所在磁盘已满。` },
    {
      mend: {
        en: "Free at least 200 MB or choose a folder on another disk with --data.",
        zh: "请至少释放 200 MB 空间，或用 --data 指定其他磁盘上的目录。",
      },
      cause,
    },
  );
}
