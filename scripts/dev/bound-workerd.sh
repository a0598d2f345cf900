#!/bin/sh
# Miniflare starts this in place of workerd (MINIFLARE_WORKERD_PATH). It writes down the process id, so that a test
# can kill the very process, and asks the kernel to end workerd with the process that started it, even when that one
# is killed outright. Where setpriv (util-linux) is absent, workerd outlives such a killing.
[ -n "$HOTSEAT_WORKERD_PID_FILE" ] && echo $$ > "$HOTSEAT_WORKERD_PID_FILE"
if command -v setpriv > /dev/null 2>&1; then
  exec setpriv --pdeathsig KILL "$HOTSEAT_WORKERD" "$@"
fi
exec "$HOTSEAT_WORKERD" "$@"
