/** Composition root of a tenant's object: the ledger's host and what stands beside it, each with the ports that it asks for. */
import { connect } from "cloudflare:sockets";
import { type HolderId, TenantId } from "../../shared/ids.ts";
import { databaseOf, patientDatabase } from "../audit/databases.ts";
import { readCompliance } from "../audit/report/compliance.ts";
import type { Config, Env } from "../config/config.ts";
import { readMailConfig } from "../config/mail-config.ts";
import { holderSpelling } from "../identity/holder-spelling.ts";
import { Alerts } from "./alerts/alerts.ts";
import { HeadDesk } from "./audit/head-desk.ts";
import type { Outbox } from "./audit/outbox.ts";
import { RecordsWork } from "./audit/records-work.ts";
import { RefusedToday } from "./audit/refused-today.ts";
import { ReportDesk } from "./audit/report-desk.ts";
import { ConfigCopy } from "./config-copy.ts";
import { EndedSessions } from "./ended-sessions.ts";
import { GroupDesk } from "./groups/group-desk.ts";
import { LedgerHost } from "./ledger-host.ts";
import { LivePages } from "./live/live-pages.ts";
import { sendMail } from "./mail/send-mail.ts";
import type { Counters } from "./metrics/counters.ts";
import { NameTries } from "./name-tries.ts";
import { OriginCheck } from "./origin-check.ts";
import { presetRightsOf } from "./rights/preset-rights.ts";
import { RightsDesk } from "./rights/rights-desk.ts";
import { RoleHistory } from "./role-history.ts";
import { migrate, readMeta, writeMeta } from "./schema.ts";
import { ScimDesk } from "./scim/scim-desk.ts";
import { ScimUserStore } from "./scim/user-store.ts";
import { ShadowDesk } from "./shadow/shadow-desk.ts";
import { NativePeople } from "./tokens/native-people.ts";
import { TokenDesk } from "./tokens/token-desk.ts";
import { Waiters } from "./waiters.ts";

const now = (): number => Date.now();

export class TenantParts {
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #own: ConfigCopy;
  /** The name that decided this object's identity, kept in its storage from the first use on. */
  #tenant = "";
  readonly host: LedgerHost;
  readonly waiters = new Waiters();
  readonly live: LivePages;
  readonly tokens: TokenDesk;
  readonly native: NativePeople;
  readonly roles: RoleHistory;
  readonly rights: RightsDesk;
  readonly groups: GroupDesk;
  readonly scim: ScimDesk;
  readonly shadow: ShadowDesk;
  readonly refused: RefusedToday;
  readonly origin: OriginCheck;
  readonly nameTries: NameTries;
  readonly endedSessions: EndedSessions;
  /** Made with the configuration, which says where the records are. */
  work!: RecordsWork;
  heads!: HeadDesk;
  reports!: ReportDesk;

  constructor(ctx: DurableObjectState, env: Env) {
    this.#ctx = ctx;
    this.#env = env;
    const { sql } = ctx.storage;
    this.#own = new ConfigCopy(sql, env, (config) => {
      this.work.follow();
      this.host.adopt(config);
    });
    this.host = this.#openHost();
    this.refused = new RefusedToday(sql);
    this.nameTries = new NameTries(sql);
    this.endedSessions = new EndedSessions(sql);
    this.live = new LivePages(ctx, (...asked) => this.endedSessions.endedSince(...asked), now);
    this.origin = new OriginCheck(sql, { now, fetch: (...asked) => fetch(...asked) });
    const beside = {
      sql,
      remark: (...told: Parameters<LedgerHost["remark"]>) => this.host.remark(...told),
      record: (...told: Parameters<LedgerHost["record"]>) => this.host.record(...told),
      people: () => this.host.load().outbox.people,
    };
    const gapMs = () => this.config.timing.denialGapMs;
    this.roles = new RoleHistory({ ...beside, now: () => this.host.now });
    this.rights = new RightsDesk({
      ledger: () => this.host.load().ledger,
      preset: () => presetRightsOf(this.config),
      roles: this.roles,
      run: (command) => this.host.run(command).outcome,
      transact: (work) => this.host.transact(work),
      endAdministration: (holder) => this.live.endAdministration(holder),
    });
    this.native = new NativePeople({ ...beside, gapMs, now: () => this.host.now });
    this.tokens = new TokenDesk({ ...beside, now });
    const users = new ScimUserStore(sql);
    this.groups = new GroupDesk({
      ...beside,
      ledger: () => this.host.load().ledger,
      spellKey: () => holderSpelling(this.config),
      transact: (work) => this.host.transact(work),
      users,
      regroup: (groups) => void this.host.run({ type: "regroup", groups }),
      now,
    });
    this.scim = new ScimDesk({ users, groups: this.groups, now });
    this.shadow = new ShadowDesk(this.host);
  }

  /** Before the first call. */
  async open(): Promise<void> {
    const { storage, id } = this.#ctx;
    migrate(storage);
    const kept = readMeta(storage.sql, "tenant");
    this.#tenant = await this.#own.open(kept ?? id.name ?? null);
    if (kept !== this.#tenant) writeMeta(storage.sql, "tenant", this.#tenant);
    this.origin.open();
    this.work = this.#openWork();
    this.heads = this.#openHeads();
    this.reports = this.#openReports();
    await this.host.open();
  }

  get config(): Config {
    return this.#own.current;
  }

  /** Whom to ask: as the tenant has set it, otherwise as the operator has. */
  get contact(): string {
    return this.host.load().ledger.settings.contact || this.config.contact;
  }

  /** What stands beside ledger and records forgets the person. */
  forget(holder: HolderId): void {
    this.native.forget(holder);
    this.roles.forget(holder);
    this.host.load().shadow.forget(holder);
    this.host.keepShadow(this.host.now);
    this.nameTries.forget(holder);
    this.endedSessions.forget(holder);
    this.scim.forget(this.groups.erase(holder, this.host.load().outbox.people.emailOf(holder)));
  }

  /** Does what is due beside the seats, in the alarm. */
  async runDue(): Promise<void> {
    this.native.closeDue();
    await this.work.run();
    await this.heads.run();
    await this.reports.run();
    this.#sendAlerts();
  }

  /** Beside the alarm, not in it: a receiver that is slow must not hold up the seats. */
  #sendAlerts(): void {
    this.#ctx.waitUntil(
      this.host
        .load()
        .alerts.sendDue()
        .catch((error: unknown) => console.error("Alerts were not sent:", error))
        .then(() => this.host.arm()),
    );
  }

  #openHost(): LedgerHost {
    return new LedgerHost(this.#ctx, {
      tenant: () => this.#tenant,
      config: () => this.config,
      longestPassLifeMs: () => this.#own.longestPassLifeMs(),
      openAlerts: (meter, outbox) => this.#openAlerts(meter, outbox),
      recordsAt: (outbox) => {
        const { native, reports, work } = this;
        const never = Number.POSITIVE_INFINITY;
        return Math.min(work.nextAt(outbox), native.nextAt ?? never, reports.nextAt ?? never);
      },
      refresh: (now) => this.#own.refresh(this.#ctx, now),
      happened: (events, ledger) => {
        this.waiters.wake(events, ledger.line);
        this.live.note(events);
      },
      forgot: () => this.roles.reload(),
    });
  }

  #openWork(): RecordsWork {
    return new RecordsWork({
      storage: this.#ctx.storage,
      env: this.#env,
      tenant: this.#tenant,
      config: () => this.config,
      loaded: () => this.host.load(),
      reload: () => this.host.forget(),
      renumbered: () => this.refused.forget(),
      now,
    });
  }

  #openHeads(): HeadDesk {
    return new HeadDesk(this.#ctx.storage.sql, {
      tenant: this.#tenant,
      timeZone: () => this.host.load().ledger.settings.timeZone,
      outbox: () => this.host.load().outbox,
      now,
      transact: (write) => this.host.transact(write),
      tell: (head) => this.host.load().alerts.tellHead(head),
    });
  }

  #openReports(): ReportDesk {
    const read = (period: { from: number; to: number }) => {
      const db = patientDatabase(databaseOf(this.#env, this.work.home));
      return readCompliance(db, TenantId.parse(this.#tenant), period);
    };
    return new ReportDesk(this.#ctx.storage.sql, {
      tenant: this.#tenant,
      timeZone: () => this.host.load().ledger.settings.timeZone,
      outbox: () => this.host.load().outbox,
      now,
      isWanted: () => this.host.load().alerts.wantsReport,
      read,
      transact: (write) => this.host.transact(write),
      tell: (month, report) => this.host.load().alerts.tellReport(month, report, this.heads.view.list[0] ?? null),
    });
  }

  #openAlerts(meter: Counters, outbox: Outbox): Alerts {
    const config = () => this.config;
    const way = readMailConfig(this.#env, (fault) => console.error(`No e-mail is sent: ${fault}`));
    const mailPorts = { connect, fetch: (...asked: Parameters<typeof fetch>) => fetch(...asked), now };
    return new Alerts(this.#ctx.storage.sql, {
      tenant: this.#tenant,
      get tenantName() {
        return config().tenantName;
      },
      get ownHosts() {
        return [new URL(config().crmOrigin).hostname];
      },
      get secrets() {
        return config().secrets;
      },
      now,
      toleranceMs: () => this.host.load().ledger.settings.refusalToleranceMs,
      fetch: (...asked) => fetch(...asked),
      mail: way === null ? null : (mail) => sendMail(way, mail, mailPorts),
      outbox,
      remark: (remark) => this.host.transact(() => this.host.load().outbox.remark(remark, null)),
      countFailure: () => meter.countAlertFailure(),
    });
  }
}
