import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";

/**
 * Unpacks a .tar.gz into `directory` without its first path component. Files belong to this user, with the rights of files
 * made here: what the archive says of owners and modes counts for nothing.
 *
 * @param isExecutable which of its files may be run.
 * @throws at anything but plain files and folders inside of the archive, before that is written.
 */
export async function unpack(
  archive: string,
  directory: string,
  isExecutable: (path: string) => boolean,
): Promise<void> {
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries);
  // It fails together with the loop, which is told why.
  reading.catch(() => {});
  for await (const entry of entries) {
    const { name, type } = entry.header;
    const path = inside(name);
    if (type !== "file" && type !== "directory")
      throw new Error(`${archive}: ${name} is a ${type}, which is not unpacked`);
    if (type === "file" && path !== "") {
      const target = join(directory, path);
      await mkdir(dirname(target), { recursive: true });
      await pipeline(entry, createWriteStream(target, { flags: "wx", mode: isExecutable(path) ? 0o777 : 0o666 }));
    } else entry.resume();
  }
  await reading;
}

/** Without the first component. @throws when it leads elsewhere. */
function inside(name: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (name.startsWith("/") || parts.includes("..") || name.includes("\\") || name.includes("\0"))
    throw new Error(`the archive has a file outside of itself: ${JSON.stringify(name)}`);
  return parts.slice(1).join("/");
}
