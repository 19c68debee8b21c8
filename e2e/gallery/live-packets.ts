import type { Page } from '@playwright/test'

type Change = (event: string, body: Record<string, unknown>) => Record<string, unknown> | undefined

/** Changes what the gateway sends to pages that open from now on: events by their name, and `answer`. Undefined: it is kept back. */
export async function changeLive(page: Page, change: Change): Promise<void> {
  await page.routeWebSocket(/\/socket\.io\//, (socket) => {
    const gateway = socket.connectToServer()
    gateway.onMessage((packet) => {
      const changed = changedPacket(String(packet), change)
      if (changed !== undefined) socket.send(changed)
    })
  })
}

/** Socket.IO: 42 and an event with its body, or 43, the number of a request, and the answer to it. */
function changedPacket(packet: string, change: Change): string | undefined {
  const [, head = '', json] = /^(42|43\d+)(\[.*)$/s.exec(packet) ?? []
  if (json === undefined) return packet
  const parts = JSON.parse(json) as [string, Record<string, unknown>] | [Record<string, unknown>]
  const [event, body] = parts.length === 2 ? parts : ['answer', parts[0]]
  const changed = change(event, body)
  if (changed === undefined) return undefined
  return head + JSON.stringify(parts.length === 2 ? [event, changed] : [changed])
}

/** Every status of these channels has another state, as if Twitch had said so. Without figures where `isNew`. */
export function inState(logins: readonly string[], state: string, isNew: boolean): Change {
  const withState = (status: Record<string, unknown>) =>
    logins.includes(String(status.channel_login)) ? { ...status, state } : status
  return (event, body) => {
    if (event === 'status') return withState(body)
    if (event === 'stats') return isNew && logins.includes(String(body.channel_login)) ? undefined : body
    const { status } = body
    if (event !== 'answer' || typeof status !== 'object' || status === null) return body
    const changed = withState(status as Record<string, unknown>)
    return { ...body, status: changed, ...(isNew && changed !== status ? { stats: null } : {}) }
  }
}
