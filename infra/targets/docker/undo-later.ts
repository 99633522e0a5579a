/** A process of its own: `undo-later.ts HOST MILLISECONDS DEED` (JSON), started before the deed by whoever does it (faults.ts). */
import { setTimeout as sleep } from "node:timers/promises";
import { dockerAt } from "../../../toolchain/docker.ts";
import { type Deed, undo } from "./undo.ts";

const [host = "", ms, deed = ""] = process.argv.slice(2);
await sleep(Number(ms));
await undo(dockerAt(host), JSON.parse(deed) as Deed);
