import { printBytes } from "../../../../capacity/units.ts";
import type { Obstacle } from "../../obstacle.ts";
import { claimBytes } from "../cluster-args.ts";
import type { KubernetesPlanned } from "../pools.ts";
import type { StorageClass } from "../survey/cluster.ts";
import type { Survey } from "../survey.ts";

/** The class that new volumes get; undefined where there is none, or where classes may not be read. */
export function classOf({ kubernetes }: KubernetesPlanned, { storageClasses }: Survey): StorageClass | undefined {
  const { storageClass } = kubernetes;
  return storageClasses?.find(({ name, isDefault }) =>
    storageClass === undefined ? isDefault : name === storageClass,
  );
}

export function missingClass(plan: KubernetesPlanned, survey: Survey): Obstacle[] {
  const { storageClasses, claims } = survey;
  const areThere = Object.keys(claimBytes(plan)).every((name) => claims.some((claim) => claim.name === name));
  if (storageClasses === null || areThere || classOf(plan, survey)) return [];
  const { storageClass } = plan.kubernetes;
  const found = storageClasses.map(({ name }) => name).join(", ") || "none";
  if (storageClass !== undefined)
    return [
      {
        message: `kubernetes.storageClass: wanted ${storageClass}, found ${found}`,
        next: "name a class that is there (kubectl get storageclass), or leave it out for the default one",
      },
    ];
  return [
    {
      message: `wanted a default StorageClass for the data volumes, found ${found === "none" ? "no class at all" : `none among ${found}`}`,
      next: "name one in kubernetes.storageClass, or install one that makes volumes: kubectl get storageclass",
    },
  ];
}

/** What cannot be done to volumes that are there: to make them smaller, to grow where the class cannot, to change the class. */
export function unchangeable(plan: KubernetesPlanned, { claims, storageClasses }: Survey): Obstacle[] {
  const { storageClass } = plan.kubernetes;
  return Object.entries(claimBytes(plan)).flatMap(([name, bytes]): Obstacle[] => {
    const claim = claims.find((one) => one.name === name);
    if (!claim) return [];
    const className = claim.className;
    const change = `wanted ${printBytes(bytes)} for volume ${name}, found ${printBytes(claim.sizeBytes)}`;
    if (storageClass !== undefined && className !== undefined && className !== storageClass)
      return [
        {
          message: `kubernetes.storageClass: wanted ${storageClass} for volume ${name}, found ${className}, and a volume keeps its class`,
          next: `set kubernetes.storageClass: ${className}, or make a stack of another name`,
        },
      ];
    if (bytes < claim.sizeBytes)
      return [
        {
          message: `${change}: a volume cannot become smaller`,
          next: `put brokers.disk back to ${printBytes(claim.sizeBytes)} or more`,
        },
      ];
    const expands = storageClasses?.find((one) => one.name === className)?.expands ?? true;
    if (bytes > claim.sizeBytes && !expands)
      return [
        {
          message: `${change}: class ${className} cannot let it grow (allowVolumeExpansion)`,
          next: `put brokers.disk back to ${printBytes(claim.sizeBytes)}, or have the class allow it: kubectl patch storageclass ${className} -p '{"allowVolumeExpansion":true}' (if its provisioner can)`,
        },
      ];
    return [];
  });
}
