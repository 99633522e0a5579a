/** A keytab with a key of each principal that opens nothing (MIT Kerberos documentation, "Keytab file format"). */
export function keytabOf(...principals: readonly string[]): Buffer {
  return Buffer.concat([Buffer.from([5, 2]), ...principals.map(entryOf)]);
}

function entryOf(principal: string): Buffer {
  const [names = "", realm = ""] = principal.split("@");
  const parts = names.split("/");
  const timeAndVersion = Buffer.from([0, 0, 0, 1, 0x66, 0, 0, 0, 1]);
  const key = Buffer.concat([uint16(18), counted("k".repeat(32))]);
  const entry = Buffer.concat([uint16(parts.length), ...[realm, ...parts].map(counted), timeAndVersion, key]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(entry.length);
  return Buffer.concat([size, entry]);
}

function counted(text: string): Buffer {
  return Buffer.concat([uint16(text.length), Buffer.from(text, "latin1")]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
