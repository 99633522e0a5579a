/** Version 2 of the format, which is in network byte order; version 1 is older than Kerberos 5 release 1.0. */
const VERSION = 0x0502;

/**
 * Principals whose keys a keytab has, each once, in the order of the file; undefined when it is no keytab. Keys are skipped.
 * Source: MIT Kerberos documentation, "Keytab file format".
 */
export function principalsIn(keytab: Buffer): string[] | undefined {
  try {
    if (keytab.readUInt16BE(0) !== VERSION) return undefined;
    const found = new Set<string>();
    for (let at = 2; at < keytab.length; ) {
      const size = keytab.readInt32BE(at);
      at += 4;
      // A hole that a removed entry left; no size at all is the end.
      if (size > 0) found.add(principalOf(keytab.subarray(at, at + size)));
      if (size === 0) break;
      at += Math.abs(size);
    }
    return [...found];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** @throws RangeError when the entry ends before its principal does. */
function principalOf(entry: Buffer): string {
  const components = entry.readUInt16BE(0);
  let at = 2;
  const next = (): string => {
    const [from, length] = [at + 2, entry.readUInt16BE(at)];
    if (from + length > entry.length) throw new RangeError("an entry that ends within a name");
    at = from + length;
    return entry.toString("utf8", from, at);
  };
  const realm = next();
  return `${Array.from({ length: components }, next).join("/")}@${realm}`;
}
