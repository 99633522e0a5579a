const BINARY = ".base64";

/** Name and content of a node's file as it is written: a plan has text only (`NodePlan.files`), and binary files in base64. */
export const nodeFile = (name: string, text: string): readonly [name: string, content: Buffer] =>
  name.endsWith(BINARY)
    ? [name.slice(0, -BINARY.length), Buffer.from(text, "base64")]
    : [name, Buffer.from(text, "utf8")];
