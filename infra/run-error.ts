import * as pulumi from "@pulumi/pulumi";
import { UserError } from "./errors.ts";

/** Pulumi shows a RunError as it is; anything else that a program throws would come with its stack trace. */
export function toRunError(error: unknown): unknown {
  return error instanceof UserError ? new pulumi.RunError(`${error.message}\n  next: ${error.next}`) : error;
}
