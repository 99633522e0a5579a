import { type Left, leaves, type PartitionId, returned } from "../../../../scripts/ops/gate/returned.ts";
import { isTold, type Observed, type SeenNode } from "./decide.ts";

type Kafka = Observed["kafka"];

/** What nodes that we restarted left, until Kafka says that they have it again. */
export class Returning {
  readonly #left = new Map<number, Left>();

  get left(): ReadonlyMap<number, Left> {
    return new Map(this.#left);
  }

  /** @param kafka as it was seen just before. A node that is taken again has yet to return to what it left first. */
  took({ id }: Pick<SeenNode, "id">, kafka: Kafka): void {
    const before = this.#left.get(id)?.inSync ?? [];
    this.#left.set(id, { inSync: [...before, ...(isTold(kafka) ? leaves(id, kafka).inSync : [])] });
  }

  /** Nodes that are back, each once, with the partitions that they should lead. */
  back(nodes: readonly SeenNode[], kafka: Kafka): { readonly id: number; readonly leads: readonly PartitionId[] }[] {
    if (!isTold(kafka)) return [];
    return nodes.flatMap((node) => {
      const left = this.#left.get(node.id);
      const is = left && node.is === "ready" ? returned(node, left, kafka) : undefined;
      if (!is?.back) return [];
      this.#left.delete(node.id);
      return [{ id: node.id, leads: is.leads }];
    });
  }
}
