import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder in the system's temporary directory for things that cannot lie under `root`: others may enter it, only this account may write.
 * Its name depends on `root` and `purpose` alone, so a crash leaves no litter; a name that someone else took first is not trusted.
 */
export async function temporaryFolderFor(root: string, purpose: string): Promise<string> {
  const name = `terrace-${purpose}-${createHash("sha256").update(root).digest("hex").slice(0, 10)}`;
  const folder = join(tmpdir(), name);
  await mkdir(folder, { mode: 0o711 }).catch(() => undefined);
  const stat = await lstat(folder).catch(() => undefined);
  const isOurs = stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
  const chosen = isOurs ? folder : await mkdtemp(join(tmpdir(), `${name}-`));
  await chmod(chosen, 0o711);
  return chosen;
}
