/** Addresses of the administration. */
import { ADMIN_PATH } from "../../shared/protocol.ts";

export const PATHS = {
  home: ADMIN_PATH,
  free: `${ADMIN_PATH}/free`,
  limit: `${ADMIN_PATH}/limit`,
  idleTimeout: `${ADMIN_PATH}/idle-timeout`,
  refusals: `${ADMIN_PATH}/refusals`,
  style: `${ADMIN_PATH}.css`,
  script: `${ADMIN_PATH}.js`,
} as const;

/** The page on which the seat of a holder is freed. */
export const freePath = (holder: string): string => `${PATHS.free}?holder=${encodeURIComponent(holder)}`;
