import { rawExchange } from './raw-http.ts'
import { statusOf, type Attack } from './attack.ts'

/** Of each kind. */
const connections = 200
const dripEveryMs = 1000
/** The servers give a request 15 s and check every 30 s; the rest is room. */
const endedWithinMs = 60_000
const requests = [
  { part: 'headers', start: 'GET /api/health HTTP/1.1\r\nHost: x\r\nX-Slow: ' },
  {
    part: 'bodies',
    start: 'POST /api/channels/victim/watch HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n',
  },
]

/** Sends headers and bodies byte by byte. */
export const slowRequests: Attack = async (target, { problems }) => {
  const summaries = await Promise.all(
    requests.map(async ({ part, start }) => {
      const exchanges = await Promise.all(
        Array.from({ length: connections }, () => rawExchange(target, start, endedWithinMs, { dripEveryMs })),
      )
      const statuses = exchanges.map(({ answer }) => statusOf(answer))
      const timedOut = statuses.filter((status) => status === '408').length
      if (timedOut !== connections)
        problems.push(
          `${timedOut} of ${connections} slow ${part} were closed with 408: ${[...new Set(statuses)].join(', ')}`,
        )
      const longestS = Math.max(...exchanges.map(({ tookMs }) => tookMs)) / 1000
      return `${timedOut} of ${connections} slow ${part} closed with 408 within ${longestS.toFixed(0)} s`
    }),
  )
  return summaries.join(', ')
}
