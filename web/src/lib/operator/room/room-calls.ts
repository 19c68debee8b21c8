import { callRoute, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import { getHealth, health, type Health } from '@chat-battle/contracts/rest/routes/get-health'
import { listChannels, type ChannelList } from '@chat-battle/contracts/rest/routes/list-channels'
import { listDeadLetters } from '@chat-battle/contracts/rest/routes/list-dead-letters'
import { listEmoteSets } from '@chat-battle/contracts/rest/routes/list-emote-sets'
import { listOptOuts } from '@chat-battle/contracts/rest/routes/list-opt-outs'
import { requestOptOut } from '@chat-battle/contracts/rest/routes/request-opt-out'

/** Channels that the room lists at most. */
const maxRoomChannels = 1000

/** What the room reads, with the operator's token. */
export type RoomCalls = ReturnType<typeof roomCalls>

export function roomCalls(options: CallOptions) {
  return {
    health: () => fetchHealth(options),
    channels: (): Promise<ChannelList> =>
      callRoute(listChannels, { query: { limit: maxRoomChannels } }, options),
    emoteSets: () => callRoute(listEmoteSets, {}, options),
    deadLetters: async () => (await callRoute(listDeadLetters, {}, options)).dead_letters,
    optOuts: () => callRoute(listOptOuts, {}, options),
    optOut: (person: string) => callRoute(requestOptOut, { body: personOf(person) }, options),
  }
}

/** Digits are an id. */
function personOf(typed: string): { user_id: string } | { login: string } {
  const person = typed.trim()
  return /^[0-9]{1,20}$/.test(person) ? { user_id: person } : { login: person }
}

/** A gateway that is not well answers 503, and what it lacks. */
async function fetchHealth({ origin = '' }: CallOptions): Promise<Health> {
  const response = await fetch(origin + getHealth.path)
  return health.parse(await response.json())
}
