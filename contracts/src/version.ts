/** A version of REST and Socket.IO together. */
export interface ProtocolVersion {
  readonly version: number
  readonly change: string
}

/**
 * Every version, oldest first. An added field, route or event needs no new version. Everything else does: a removed or renamed
 * name, a changed meaning, and a new value of a closed list (error kinds, channel states), which older pages cannot decode.
 */
export const protocolHistory = [
  { version: 1, change: 'The first numbered version.' },
  {
    version: 2,
    change:
      'New error kinds: range_not_served, stream_not_found, archive_unavailable, person_not_found, job_not_found, opt_outs_unavailable.',
  },
] as const satisfies readonly ProtocolVersion[]

/** What this build speaks. */
export const protocolVersion: number = Math.max(...protocolHistory.map(({ version }) => version))
/** The oldest version whose clients this build still serves. */
export const oldestSupportedVersion = 2

/** The header of every REST response that carries `protocolVersion`. */
export const protocolHeader = 'chat-battle-protocol'

export function isSupportedVersion(version: number): boolean {
  return version >= oldestSupportedVersion && version <= protocolVersion
}
