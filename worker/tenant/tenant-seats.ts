import { DurableObject } from "cloudflare:workers";
export class TenantSeats extends DurableObject {}
