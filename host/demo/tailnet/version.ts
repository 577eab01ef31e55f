/** The version of tailscaled that the demo plays. */
export const tailscaleVersion = '1.98.9';
