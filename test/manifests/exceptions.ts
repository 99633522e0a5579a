export type LinterName = "kube-score" | "kube-linter";

/** What a linter says of our manifests, and why it stays as it is. */
export interface Exception {
  readonly linter: LinterName;
  /** The check's own name for itself. */
  readonly check: string;
  /** `Kind/name` of the objects that it is right to say it of. */
  readonly of: RegExp;
  /** What is said; another sentence of the same check is no exception. */
  readonly says: string | RegExp;
  readonly because: string;
}

const PODS = /^StatefulSet\//;
const EACH_BROKER = /^Service\/.*-external-\d+$/;

const selected = "the StatefulSet's controller gives each pod a label with its name, which no manifest has";
const cpu = `no limit of processor time: a throttled broker loses its session and its place in the ISR while the machine
  idles. What it is sure to get is requested, and the memory, which cannot be lent, is limited`;

/** Every one of them is met: one that no linter says any more fails the test, as does one that is not written down. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    linter: "kube-score",
    check: "service-targets-pod",
    of: EACH_BROKER,
    says: "The services selector does not match any pods",
    because: selected,
  },
  {
    linter: "kube-score",
    check: "service-type",
    of: EACH_BROKER,
    says: "The service is of type NodePort",
    because:
      "asked for with `kubernetes.external: nodePort`, the way in where no load balancer is; `none` and `loadBalancer` are there",
  },
  {
    linter: "kube-score",
    check: "pod-networkpolicy",
    of: PODS,
    says: "The pod does not have a matching egress NetworkPolicy",
    because: `whom a broker has to reach differs from cluster to cluster (name servers, other clusters, an identity provider,
      tiered storage); who may reach it does not, and is limited`,
  },
  {
    linter: "kube-score",
    check: "container-image-pull-policy",
    of: PODS,
    says: "ImagePullPolicy is not set to Always",
    because: "the tag names the content, and a broker must be able to start again while the registry is away",
  },
  {
    linter: "kube-score",
    check: "container-security-context-user-group-id",
    of: PODS,
    says: "The container is running with a low user ID",
    because: "1000 is the user of the official image, apache/kafka, which may be run in the place of ours",
  },
  {
    linter: "kube-score",
    check: "container-security-context-user-group-id",
    of: PODS,
    says: "The container running with a low group ID",
    because: "1000 is the group of the official image's user, and of the data it wrote",
  },
  { linter: "kube-score", check: "container-resources", of: PODS, says: "CPU limit is not set", because: cpu },
  {
    linter: "kube-score",
    check: "container-cpu-requests-equal-limits",
    of: PODS,
    says: "CPU requests does not match limits",
    because: cpu,
  },
  {
    linter: "kube-score",
    check: "container-resource-requests-equal-limits",
    of: PODS,
    says: "CPU requests does not match limits",
    because: cpu,
  },
  {
    linter: "kube-score",
    check: "container-ephemeral-storage-request-equals-limit",
    of: PODS,
    says: "Ephemeral Storage request does not match limit",
    because: "only logs and a few files lie there: the request is what they take, the limit what a fault may take",
  },
  {
    linter: "kube-linter",
    check: "dangling-service",
    of: EACH_BROKER,
    says: /^no pods found matching service labels \(map\[statefulset\.kubernetes\.io\/pod-name:[\w-]+\]\)$/,
    because: selected,
  },
];
