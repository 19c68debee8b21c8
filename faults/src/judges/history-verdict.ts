import type { History } from '@chat-battle/contracts/rest/routes/get-history'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import type { ExactCount } from '@chat-battle/twitch-stub/compare/exact-count'
import type { ExactPeople } from './exact-people.ts'

/** Of several windows distinct people are estimated, with a standard error of 0.81 %: four times that. */
const maxPeopleError = 0.033

/** What a history shows differently from the exact count of the lines that its channel was sent. */
export function historyProblems(
  history: History,
  counted: ReadonlyMap<number, ExactCount>,
  people: ExactPeople,
): string[] {
  const { channel_login: login, step_ms, points, totals } = history
  const differs = (what: string, shown: unknown, exact: unknown) =>
    shown === exact
      ? []
      : [`${login}, history at ${step_ms} ms: ${what} ${String(shown)}, exact ${String(exact)}`]
  const windows = [...counted.values()]
  const sum = (name: 'message_count' | 'bits' | 'moderated_messages') =>
    windows.reduce((total, window) => total + window[name], 0)
  const error = Math.abs(totals.unique_chatters - people.distinct) / people.distinct
  return [
    ...(['message_count', 'bits', 'moderated_messages'] as const).flatMap((name) => [
      ...differs(`total ${name}`, totals[name], sum(name)),
      ...differs(
        `${name} of all points`,
        points.reduce((total, point) => total + point[name], 0),
        sum(name),
      ),
    ]),
    ...points.flatMap((point) =>
      differs(`messages at ${point.at}`, point.message_count, messagesAt(counted, point.at, step_ms)),
    ),
    ...(step_ms === windowMs
      ? points.flatMap(({ at, unique_chatters }) =>
          differs(`people at ${at}`, unique_chatters, counted.get(at)?.unique_chatters ?? 0),
        )
      : []),
    ...(error > maxPeopleError
      ? differs('people of the range', totals.unique_chatters, people.distinct)
      : []),
    ...history.top_chatters.flatMap(({ user_id, count, max_missed }) => {
      const exact = people.listed.get(user_id) ?? 0
      return count <= exact && exact <= count + max_missed
        ? []
        : differs(`messages of ${user_id}`, count, exact)
    }),
    ...differs('windows without a summary', history.windows_without_summary, 0),
    ...differs('parts that are cut', history.cut.length, 0),
  ]
}

function messagesAt(counted: ReadonlyMap<number, ExactCount>, at: number, stepMs: number): number {
  const start = windowStart(at)
  const series = counted.get(start)?.series ?? []
  const msPerStep = windowMs / series.length
  return series
    .filter((_, index) => start + index * msPerStep >= at && start + index * msPerStep < at + stepMs)
    .reduce((total, messages) => total + messages, 0)
}
