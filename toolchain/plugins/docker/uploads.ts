import type { Container } from "dockerode";
import type { CheckFailure } from "../../plugin/resource.ts";
import type { JsonObject } from "../../plugin/struct.ts";
import type { Upload } from "./container-properties.ts";

const BLOCK = 512;

/** Writes files into a container that is not started yet. Folders that are missing appear, owned by root. */
export async function upload(container: Container, uploads: readonly Upload[]): Promise<void> {
  if (uploads.length > 0) await container.putArchive(archive(uploads), { path: "/" });
}

/** An upload has exactly one content. */
export function uploadRefusals({ uploads }: JsonObject): CheckFailure[] {
  const refuse = (property: string, found: string) => ({
    property,
    reason: `${property}: wanted content or contentBase64, found ${found}; set one of them`,
  });
  return (Array.isArray(uploads) ? (uploads as unknown as Upload[]) : []).flatMap((entry, index) => {
    const given = [entry.content, entry.contentBase64].filter((content) => (content ?? "") !== "").length;
    return given === 1 ? [] : [refuse(`uploads[${index}]`, given === 0 ? "none" : "both")];
  });
}

/** A tar archive (POSIX ustar) of the files. Pure. */
export function archive(uploads: readonly Upload[]): Buffer {
  const blocks = uploads.flatMap((entry) => {
    const content = Buffer.from(entry.contentBase64 || entry.content || "", entry.contentBase64 ? "base64" : "utf8");
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    return [header(entry.file.replace(/^\/+/, ""), mode(entry), content.length), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function mode({ permissions, executable }: Upload): number {
  if (permissions) return Number.parseInt(permissions, 8);
  return executable ? 0o744 : 0o644;
}

function header(path: string, permissions: number, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  const { prefix, name } = split(path);
  block.write(name, 0, "utf8");
  octal(permissions, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(Date.now() / 1_000), 136, 12);
  block.write("0", 156, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  block.write(prefix, 345, "utf8");
  // The sum is of the header with its own field blank.
  block.fill(" ", 148, 156);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

/** A path of more than 100 bytes stands in two fields, parted at a slash. */
function split(path: string): { readonly prefix: string; readonly name: string } {
  const bytes = (text: string) => Buffer.byteLength(text);
  if (bytes(path) <= 100) return { prefix: "", name: path };
  const cuts = [...path.matchAll(/\//g)].map(({ index }) => index);
  const cut = cuts.find((at) => bytes(path.slice(0, at)) <= 155 && bytes(path.slice(at + 1)) <= 100);
  if (cut === undefined) throw new Error(`uploads: the path ${path} is too long for an archive; shorten it`);
  return { prefix: path.slice(0, cut), name: path.slice(cut + 1) };
}
