import { callRoute, type CallOptions } from '@chat-battle/contracts/rest/call-route'
import { getPipeline } from '@chat-battle/contracts/rest/routes/get-pipeline'
import { getStorage } from '@chat-battle/contracts/rest/routes/get-storage'
import { listDeadLetters } from '@chat-battle/contracts/rest/routes/list-dead-letters'
import { listEmoteSets } from '@chat-battle/contracts/rest/routes/list-emote-sets'
import { listLeases } from '@chat-battle/contracts/rest/routes/list-leases'
import { listModeration } from '@chat-battle/contracts/rest/routes/list-moderation'
import { listOptOuts } from '@chat-battle/contracts/rest/routes/list-opt-outs'
import { requestOptOut } from '@chat-battle/contracts/rest/routes/request-opt-out'

/** What the room reads, with the operator's token. */
export type RoomCalls = ReturnType<typeof roomCalls>

export function roomCalls(options: CallOptions) {
  return {
    pipeline: () => callRoute(getPipeline, {}, options),
    channels: () => callRoute(listLeases, {}, options),
    emoteSets: () => callRoute(listEmoteSets, {}, options),
    deadLetters: async () => (await callRoute(listDeadLetters, {}, options)).dead_letters,
    moderation: (channel: string, cursor: string | undefined) =>
      callRoute(
        listModeration,
        { params: { channel }, query: cursor === undefined ? {} : { cursor } },
        options,
      ),
    storage: () => callRoute(getStorage, {}, options),
    optOuts: () => callRoute(listOptOuts, {}, options),
    optOut: (person: string) => callRoute(requestOptOut, { body: personOf(person) }, options),
  }
}

/** Digits are an id. */
function personOf(typed: string): { user_id: string } | { login: string } {
  const person = typed.trim()
  return /^[0-9]{1,20}$/.test(person) ? { user_id: person } : { login: person }
}
