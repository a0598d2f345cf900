/** Answers what the doors ask about the records. Runs inside the object's transaction. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { err, ok } from "../../../shared/result.ts";
import { sentence } from "../../../shared/sentence.ts";
import type { Command, Outcome } from "../../ledger/command.ts";
import { mayAdminister, type Person } from "../../ledger/person.ts";
import type { Alerts } from "../alerts/alerts.ts";
import { hostOf } from "../alerts/receiver.ts";
import type { Change } from "../tenant-calls.ts";
import type { HeadDesk } from "./head-desk.ts";
import type { Outbox } from "./outbox.ts";
import type { RecordsAnswer, RecordsCall } from "./records-calls.ts";

export interface Keeping {
  /** Steps the ledger, in the same transaction. */
  run(command: Command): Outcome;
  outbox: Outbox;
  alerts: Alerts;
  heads: HeadDesk;
  /** What stands beside ledger and records forgets the person. */
  forget(holder: HolderId): void;
}

const NO_RECEIVER: Problem = { code: "out_of_range", says: sentence("receiverNot") };
const NOT_OF_IT: Problem = { code: "conflict", says: sentence("receiverNotOf") };

const NOBODY: Problem = { code: "out_of_range", says: sentence("keyUnknown") };

const NEAR_LEAST = 50;
const NEAR_MOST = 99;

/** Does what `actor` asks at `now` (ms). Licence managers may look; only admins and support replay and erase. */
export function keepRecords(keeping: Keeping, actor: Person, call: RecordsCall, now: number): Change<RecordsAnswer> {
  const { outbox, alerts } = keeping;
  if (!mayAdminister(actor.role)) {
    return err({ code: "forbidden", says: sentence("recordsFor") });
  }
  const answer = () => ok(answerOf(keeping));
  switch (call.do) {
    case "head":
    case "spend":
    case "test_receiver":
      return answer();
    case "add_receiver": {
      const added = alerts.add(call);
      if ("fault" in added) return err({ code: "out_of_range", says: added.fault, field: added.field });
      const { events = false, names = false, heads = false, report = false } = call;
      const said = { receiver: added.id, host: hostOf(call), sort: call.kind, events, names, heads, report };
      outbox.remark({ type: "receiver_added", at: now, holder: actor.id, ...said }, actor);
      return ok({ ...answerOf(keeping), ...(added.secret === null ? {} : { secret: added.secret }) });
    }
    case "remove_receiver": {
      const receiver = alerts.view.hooks.find(({ id }) => id === call.id);
      if (receiver === undefined || !alerts.remove(call.id)) return err(NO_RECEIVER);
      const said = { receiver: call.id, host: hostOf(receiver) };
      outbox.remark({ type: "receiver_removed", at: now, holder: actor.id, ...said }, actor);
      return answer();
    }
    case "rotate_secret":
    case "resume_receiver": {
      const receiver = alerts.view.hooks.find(({ id }) => id === call.id);
      if (receiver === undefined) return err(NO_RECEIVER);
      const isRotation = call.do === "rotate_secret";
      const secret = isRotation ? alerts.rotate(call.id) : null;
      if (isRotation ? secret === null : !alerts.resume(call.id)) return err(NOT_OF_IT);
      const type = isRotation ? "receiver_secret_changed" : "receiver_turned_on";
      outbox.remark({ type, at: now, holder: actor.id, receiver: call.id, host: hostOf(receiver) }, actor);
      return ok({ ...answerOf(keeping), ...(secret === null ? {} : { secret }) });
    }
    case "set_near":
      if (!Number.isInteger(call.percent) || call.percent < NEAR_LEAST || call.percent > NEAR_MOST) {
        const says = sentence("shareRange", { least: NEAR_LEAST, most: NEAR_MOST });
        return err({ code: "out_of_range", says, field: "percent" });
      }
      alerts.setNear(call.percent);
      outbox.remark({ type: "alert_share_changed", at: now, holder: actor.id, percent: call.percent }, actor);
      return answer();
  }
  if (actor.role === "licence_manager") {
    return err({ code: "forbidden", says: sentence("recordsKeepers") });
  }
  switch (call.do) {
    case "replay": {
      const rows = outbox.replay();
      outbox.remark({ type: "records_replayed", at: now, holder: actor.id, rows }, actor);
      return answer();
    }
    case "erase": {
      const problem = eraseFrom(keeping, call.holder, actor, now);
      return problem === null ? answer() : err(problem);
    }
  }
}

/** R10: what the receiver itself answered, by its link. False: it is gone, or had confirmed. */
export function settleReceiver(
  alerts: Alerts,
  outbox: Outbox,
  id: string,
  act: "confirm" | "stop",
  now: number,
): boolean {
  const receiver = alerts.view.hooks.find((hook) => hook.id === id);
  if (receiver === undefined || receiver.kind !== "email") return false;
  const isConfirmation = act === "confirm";
  // Pressed twice, it is as it was wanted.
  if (isConfirmation && receiver.confirmed) return true;
  if (isConfirmation ? !alerts.confirm(id) : !alerts.remove(id)) return false;
  const said = { receiver: id, host: hostOf(receiver) };
  outbox.remark(
    { type: isConfirmation ? "receiver_confirmed" : "receiver_stopped", at: now, holder: null, ...said },
    null,
  );
  return true;
}

const answerOf = ({ outbox, alerts, heads }: Keeping): RecordsAnswer => ({
  head: { seq: outbox.head.seq, hash: outbox.head.hash },
  lag: outbox.lag,
  alerts: alerts.view,
  heads: heads.view,
});

/** Null when done, otherwise why not. */
function eraseFrom(keeping: Keeping, holder: HolderId, actor: Person, now: number): Problem | null {
  const { run, outbox, alerts, forget } = keeping;
  const outcome = run({ type: "erase", holder });
  if (outcome.type === "refused") return outcome.problem;
  removeAddress(keeping, outbox.people.emailOf(holder), actor, now);
  alerts.forgetNames();
  forget(holder);
  return outbox.erase(holder, now, actor) ? null : NOBODY;
}

/** R10: nothing is sent any more to an address that was the person's. */
function removeAddress({ outbox, alerts }: Keeping, address: string | null, actor: Person, now: number): void {
  if (address === null) return;
  const host = hostOf({ kind: "email", url: address });
  for (const id of alerts.receiversAt(address)) {
    alerts.remove(id);
    outbox.remark({ type: "receiver_removed", at: now, holder: actor.id, receiver: id, host }, actor);
  }
}
