import { getStorage } from '@chat-battle/contracts/rest/routes/get-storage'
import { endpoint, reply } from '../endpoint.ts'

export const getStorageEndpoint = endpoint(getStorage, async ({ operator }) =>
  reply(200, await operator.storage.read()),
)
