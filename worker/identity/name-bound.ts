/** Names are cut to this, so that the who cookie stays under its bound whatever the script. */
export const NAME_MAX_CHARS = 80;
