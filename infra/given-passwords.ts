import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { type Issue, StackFileError } from "./errors.ts";

/** Where a user's password is that the stack does not have made. */
export interface PasswordSource {
  /** Name of the secret in the plan. */
  readonly secret: string;
  /** An absolute path, or an environment variable. */
  readonly from: { readonly file: string } | { readonly env: string };
  /** Ties a fault to the line of the stack file that names the source. */
  issue(message: string, next: string): Issue;
}

/** What is wrong with a source; never with the password in it. */
interface Fault {
  readonly message: string;
  readonly next: string;
}

const SHORTEST = 8;

/**
 * Passwords by the name of their secret; nothing is kept of them but in the result, and, for this process, those that an
 * environment variable held.
 *
 * @throws StackFileError with every source that is missing, open to others, or holds what is no password.
 */
export function readPasswords(sources: readonly PasswordSource[]): Record<string, string> {
  const passwords: Record<string, string> = {};
  const issues: Issue[] = [];
  for (const { secret, from, issue } of sources) {
    const found = "env" in from ? fromEnvironment(from.env) : fromFile(from.file);
    const fault = typeof found === "string" ? passwordFault(found) : found;
    if (fault) issues.push(issue(fault.message, fault.next));
    else passwords[secret] = found as string;
  }
  if (issues.length > 0) throw new StackFileError(issues);
  return passwords;
}

const taken = new Map<string, string>();

/** Taken out of the environment: everything that this process starts, nodes included, would show it to whoever looks. */
function fromEnvironment(name: string): string | Fault {
  const value = process.env[name];
  if (value !== undefined) {
    taken.set(name, value);
    delete process.env[name];
  }
  return (
    taken.get(name) ?? {
      message: `wanted the password in the environment variable ${name}, found it not set`,
      next: `set ${name} for this command`,
    }
  );
}

function fromFile(file: string): string | Fault {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    // Of the very file that is read.
    const mode = fstatSync(descriptor).mode & 0o777;
    if ((mode & 0o007) !== 0)
      return {
        message: `wanted a file that others may not use, found mode ${mode.toString(8)} at ${file}`,
        next: `run: chmod 600 ${file}`,
      };
    return readFileSync(descriptor, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      message: `wanted a file with the password, found ${code === "ENOENT" ? "none" : `one that cannot be read (${code})`} at ${file}`,
      next: "put the password there, on one line, and run: chmod 600 on the file",
    };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Clients do not agree on the bytes of other letters (RFC 5802 wants them normalised, Kafka and most clients do not), and
 * those that read their settings from lines drop spaces at the ends.
 */
function passwordFault(password: string): Fault | undefined {
  const fault = (wanted: string, found: string) => ({
    message: `wanted ${wanted}, found ${found}`,
    next: "give another, for example of: openssl rand -base64 24",
  });
  if (/\p{Cc}/u.test(password)) return fault("a password on one line", "a control character, or several lines");
  if (/[^ -~]/.test(password)) return fault("a password of ASCII characters", "another character");
  if (password.trim() !== password) return fault("a password without spaces at its ends", "one there");
  if (password.length < SHORTEST) return fault(`a password of at least ${SHORTEST} characters`, "a shorter one");
  return undefined;
}
