import type { ClusterOutputs } from "../../../infra/outputs.ts";
import type { ClusterPlan } from "../../../infra/plan/types.ts";
import type { HealthState } from "../../kafka/state.ts";
import type { CheckResult } from "./report.ts";

/** Judges what was observed against what was planned. Pure. */
export type Check = (state: HealthState, plan: ClusterPlan, outputs: ClusterOutputs) => Omit<CheckResult, "name">;
