/** Writes a zip that is the same, byte for byte, for the same files: sorted names, one date, no owner. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { zipSync } from "fflate";

/** The first day that a zip can name. By the local clock, as zips have it: the same bytes in every time zone. */
const DATE = new Date(1980, 0, 1);

/** Every file of the folder, with paths as they are in it. Returns the zip's size in bytes. */
export async function zipFolder(folder: string, file: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
  const files: Record<string, Uint8Array> = {};
  for (const name of names) files[name] = await readFile(join(folder, name));
  const zip = zipSync(files, { level: 9, mtime: DATE });
  await writeFile(file, zip);
  return zip.length;
}
