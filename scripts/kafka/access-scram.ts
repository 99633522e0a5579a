import { pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { ITERATIONS } from "../ops/access/desired.ts";

const SALT_BYTES = 32;
const HASH = { name: "sha512", bytes: 64 };

/** What a broker is told of a password: it can check one by it, but not learn it. As good as the password to a thief. */
export interface SaltedPassword {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly saltedPassword: Buffer;
}

/** Hi(password, salt, i) of RFC 5802, 2.2, with SHA-512; each call has a salt of its own. */
export async function saltPassword(
  password: string,
  salt: Buffer = randomBytes(SALT_BYTES),
  iterations = ITERATIONS,
): Promise<SaltedPassword> {
  const saltedPassword = await promisify(pbkdf2)(password, salt, iterations, HASH.bytes, HASH.name);
  return { iterations, salt, saltedPassword };
}
