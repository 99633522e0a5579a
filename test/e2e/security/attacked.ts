import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { ListenerName } from "../../../infra/plan/types.ts";
import type { Deployed } from "../../../scripts/context.ts";
import { identityOf } from "../../../scripts/kafka/identity.ts";
import type { Attacked } from "../../helpers/refusals.ts";

export interface Place extends Pick<Attacked, "from" | "own"> {
  /** Where this machine keeps what was decided: `cluster.json`, `certificates.json`. */
  readonly directory: string;
  /** Who may use what is `own`, and nothing else. */
  readonly user: string;
  /** Of any node that has it, host:port as it is reached from the place; undefined: not from there. */
  at(listener: ListenerName): string | undefined;
}

/** What the table of refusals needs to know of a running cluster. @param place from which it is tried. */
export function attackedFrom({ directory, user, at, from, own }: Place, { cluster, access }: Deployed): Attacked {
  const { profile } = access;
  assert.ok(profile !== "plaintext");
  const { authorities } = JSON.parse(readFileSync(path.join(directory, "certificates.json"), "utf8"));
  const { secrets } = JSON.parse(readFileSync(path.join(directory, "cluster.json"), "utf8"));
  const wanted = (listener: ListenerName): string => {
    const address = at(listener);
    assert.ok(address, `there is a listener ${listener}`);
    return address;
  };
  const isKraft = cluster.mode === "kraft";
  const inside = at("INTERNAL_TLS");
  const plain = at("ZK_CLIENT");
  return {
    profile,
    mode: cluster.mode,
    clients: [...cluster.bootstrapServers.slice(0, 1), ...(inside ? [inside] : [])],
    replication: wanted("REPLICATION"),
    ...(isKraft ? { controller: wanted("CONTROLLER_TLS") } : {}),
    from,
    authority: authorities.at(-1),
    admin: identityOf(access, "admin")!,
    user: identityOf(access, user)!,
    own,
    ...(isKraft
      ? {}
      : {
          zooKeeper: {
            tls: wanted("ZK_CLIENT_TLS"),
            ...(plain ? { plain } : {}),
            election: wanted("ZK_ELECTION"),
            password: secrets["zookeeper-client"],
          },
        }),
  };
}
