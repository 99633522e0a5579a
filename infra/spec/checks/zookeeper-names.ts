import type { Check } from "./check.ts";

/**
 * In mode zookeeper a permission is a node of ZooKeeper, and its name is that of the resource. Kafka refuses "/" there, and
 * ZooKeeper control characters, private-use and supplementary ones (emoji), and the names of this and the upper folder.
 *
 * Sources: kafka core/src/main/scala/kafka/security/authorizer/AclAuthorizer.scala, validateAclBinding;
 * zookeeper-server/src/main/java/org/apache/zookeeper/common/PathUtils.java, validatePath.
 */
const REFUSED = /[/\p{Cc}\ue000-\uf8ff\ufff0-\uffff\u{10000}-\u{10ffff}]/u;
const FOLDERS = new Set([".", ".."]);

export const zookeeperNames: Check = {
  reads: ["kafka"],
  *run({ kafka, users }) {
    if (kafka.mode !== "zookeeper") return;
    for (const [user, { can }] of users.entries())
      for (const [index, permission] of can.entries())
        for (const resource of ["topic", "group", "transactionalId"] as const) {
          const text = permission[resource];
          const name = text === undefined || text === "*" ? "" : text.replace(/\*$/, "");
          const [refused = FOLDERS.has(name) ? name : undefined] = REFUSED.exec(name) ?? [];
          if (refused === undefined) continue;
          yield {
            path: ["users", user, "can", index, resource],
            message: `wanted a name that ZooKeeper can hold, found ${JSON.stringify(text)}: in mode zookeeper no permission can name ${JSON.stringify(refused)}`,
            next: "write the beginning before it and *, or rename what clients use; mode kraft takes any text",
          };
        }
  },
};
